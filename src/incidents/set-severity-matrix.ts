import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { can } from './permissions.ts'
import { DEFAULT_MATRIX, SeverityMatrix } from './severity.ts'
import { currentMatrix, insertMatrix } from './store/incidents.ts'

export const getSeverityMatrix = async (ctx: Ctx): Promise<{ version: number; matrix: SeverityMatrix }> => {
  permit(ctx, can.read)
  return (await currentMatrix(ctx.read)) ?? { version: 0, matrix: DEFAULT_MATRIX }
}

/** A new version; incidents keep the verdict of the matrix of their time. */
export const setSeverityMatrix = async (
  ctx: Ctx,
  { ifMatch, matrix }: { ifMatch: string | undefined; matrix: unknown },
): Promise<{ version: number; matrix: SeverityMatrix }> => {
  permit(ctx, can['set-severity-matrix'])
  const wanted = parse(SeverityMatrix, matrix)
  return write(ctx, async (tx) => {
    const seen = (await currentMatrix(tx))?.version ?? 0
    requireIfMatch(ifMatch, seen)
    const version = seen + 1
    if (!(await insertMatrix(tx, version, wanted, actorRef(ctx.actor).id))) throw platformErrors.conflict()
    tx.record({
      action: can['set-severity-matrix'].action,
      subject: { kind: 'severity-matrix', id: ctx.project },
      details: { version, matrix: wanted },
    })
    return { version, matrix: wanted }
  })
}
