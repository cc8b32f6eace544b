import { prepareStores } from './stores.ts'

export default prepareStores
