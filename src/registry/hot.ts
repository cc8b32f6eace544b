/** The gateway asks this again for each resolved address: a name can be pointed elsewhere after its connection was made. */
export { isForbiddenAddress } from './address.ts'
