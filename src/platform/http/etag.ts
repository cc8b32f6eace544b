import { platformErrors } from '../errors/index.ts'

/** A revision number or a digest, as an entity tag. */
export const etagOf = (revision: number | string): string => `"${revision}"`

/** Where two people can edit, the caller says which version they saw (RFC 9110 13.1.1). */
export const requireIfMatch = (ifMatch: string | undefined, current: number | string): void => {
  if (ifMatch === undefined) throw platformErrors.precondition_required()
  if (ifMatch !== '*' && ifMatch !== etagOf(current)) throw platformErrors.precondition_failed()
}
