import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Calibration } from './calibrate.ts'
import type { Floor, FloorDocument, Policy, SafeguardPolicy } from './model.ts'

interface SafeguardTables {
  safeguard_policies: {
    project: string
    id: string
    name: string
    version: number
    description: string
    document: Json<SafeguardPolicy>
    digest: string
    created_at: string
    created_by: string
  }
  safeguard_calibrations: { project: string; id: string; calibration: Json<Calibration> }
  safeguard_floors: {
    project: string
    version: number
    document: Json<FloorDocument>
    digest: string
    reason: string
    created_at: string
    created_by: string
  }
}

const q = tables<SafeguardTables>()

const columns = ['id', 'name', 'version', 'description', 'document', 'digest', 'created_at', 'created_by'] as const

/** False when the version, or this very content, is there already. */
export const insertPolicy = async (tx: Tx, policy: Policy): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('safeguard_policies')
    .values({ ...policy, document: json(policy.document) } as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findNewest = (at: Executor, name: string): Promise<Policy | undefined> =>
  q(at).selectFrom('safeguard_policies').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(1).executeTakeFirst()

export const findVersion = (at: Executor, name: string, version: number): Promise<Policy | undefined> =>
  q(at).selectFrom('safeguard_policies').select(columns).where('name', '=', name).where('version', '=', version).executeTakeFirst()

export const findSameContent = (at: Executor, name: string, digest: string): Promise<Policy | undefined> =>
  q(at).selectFrom('safeguard_policies').select(columns).where('name', '=', name).where('digest', '=', digest).executeTakeFirst()

/** The same content may be under several names: any of them, since the document is the same. */
export const findByDigest = (at: Executor, digest: string): Promise<Policy | undefined> =>
  q(at).selectFrom('safeguard_policies').select(columns).where('digest', '=', digest).orderBy('id').limit(1).executeTakeFirst()

/** The newest version of each name, by name. */
export const listNewest = (at: Executor, afterName: string | undefined, limit: number): Promise<Policy[]> => {
  const query = q(at).selectFrom('safeguard_policies').distinctOn('name').select(columns).orderBy('name').orderBy('version', 'desc').limit(limit)
  return (afterName === undefined ? query : query.where('name', '>', afterName)).execute()
}

export const listVersions = (at: Executor, name: string, belowVersion: number | undefined, limit: number): Promise<Policy[]> => {
  const query = q(at).selectFrom('safeguard_policies').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(limit)
  return (belowVersion === undefined ? query : query.where('version', '<', belowVersion)).execute()
}

const floorColumns = ['version', 'document', 'digest', 'reason', 'created_at', 'created_by'] as const

/** False when somebody else took this version. */
export const insertFloor = async (tx: Tx, floor: Floor): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('safeguard_floors')
    .values({ ...floor, document: json(floor.document) } as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findFloor = (at: Executor, version?: number): Promise<Floor | undefined> => {
  const query = q(at).selectFrom('safeguard_floors').select(floorColumns)
  return (version === undefined ? query.orderBy('version', 'desc').limit(1) : query.where('version', '=', version)).executeTakeFirst()
}

export const listFloors = (at: Executor, belowVersion: number | undefined, limit: number): Promise<Floor[]> => {
  const query = q(at).selectFrom('safeguard_floors').select(floorColumns).orderBy('version', 'desc').limit(limit)
  return (belowVersion === undefined ? query : query.where('version', '<', belowVersion)).execute()
}

export const insertCalibration = async (tx: Tx, calibration: Calibration): Promise<void> => {
  await q(tx)
    .insertInto('safeguard_calibrations')
    .values({ id: calibration.id, calibration: json(calibration) } as never)
    .execute()
}

/** Newest first, by id. */
export const listCalibrations = async (at: Executor, beforeId: string | undefined, limit: number): Promise<Calibration[]> => {
  const query = q(at).selectFrom('safeguard_calibrations').select('calibration').orderBy('id', 'desc').limit(limit)
  return (await (beforeId === undefined ? query : query.where('id', '<', beforeId)).execute()).map(({ calibration }) => calibration)
}

export const findCalibration = async (at: Executor, id: string): Promise<Calibration | undefined> =>
  (await q(at).selectFrom('safeguard_calibrations').select('calibration').where('id', '=', id).executeTakeFirst())?.calibration
