/**
 * Every row has a project, and this is the one place that says so. A query built from an executor is rewritten
 * before it is compiled: reads, updates and deletes get `project = $n` on every table they name in FROM, inserts
 * get the column. Not covered: tables named only in a JOIN (join on ids, which are unique) and raw SQL fragments.
 */
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  ColumnUpdateNode,
  type DeleteQueryNode,
  IdentifierNode,
  type InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  PrimitiveValueListNode,
  ReferenceNode,
  type RootOperationNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  WhereNode,
} from 'kysely'

const COLUMN = 'project'

class ProjectScope extends OperationNodeTransformer {
  readonly #project: string
  /** Names of CTEs, which are scoped where they are defined and have no project column of their own. */
  readonly #derived = new Set<string>()
  constructor(project: string) {
    super()
    this.#project = project
  }

  #condition(target: OperationNode): OperationNode | undefined {
    const table = AliasNode.is(target) ? target.node : target
    if (!TableNode.is(table)) return undefined
    if (this.#derived.has(table.table.identifier.name)) return undefined
    const alias = AliasNode.is(target) && IdentifierNode.is(target.alias) ? TableNode.create(target.alias.name) : table
    return BinaryOperationNode.create(
      ReferenceNode.create(ColumnNode.create(COLUMN), alias),
      OperatorNode.create('='),
      ValueNode.create(this.#project),
    )
  }

  #narrow(where: WhereNode | undefined, targets: readonly OperationNode[]): WhereNode | undefined {
    let condition: OperationNode | undefined = where?.where
    for (const target of targets) {
      const own = this.#condition(target)
      if (own !== undefined) condition = condition === undefined ? own : AndNode.create(own, condition)
    }
    return condition === undefined ? undefined : WhereNode.create(condition)
  }

  #noteDerived(node: { with?: { expressions: readonly { name: { table: { table: { identifier: { name: string } } } } }[] } }): void {
    for (const expression of node.with?.expressions ?? []) this.#derived.add(expression.name.table.table.identifier.name)
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    this.#noteDerived(node as never)
    const inner = super.transformSelectQuery(node)
    const where = this.#narrow(inner.where, inner.from?.froms ?? [])
    return where === undefined ? inner : { ...inner, where }
  }

  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode {
    this.#noteDerived(node as never)
    const inner = super.transformDeleteQuery(node)
    const where = this.#narrow(inner.where, inner.from.froms)
    return where === undefined ? inner : { ...inner, where }
  }

  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    this.#noteDerived(node as never)
    const inner = super.transformUpdateQuery(node)
    for (const update of inner.updates ?? []) {
      if (ColumnUpdateNode.is(update) && ColumnNode.is(update.column) && update.column.column.name === COLUMN)
        throw new Error('a row never changes its project')
    }
    const where = this.#narrow(inner.where, inner.table === undefined ? [] : [inner.table])
    return where === undefined ? inner : { ...inner, where }
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    this.#noteDerived(node as never)
    const inner = super.transformInsertQuery(node)
    if (inner.columns?.some((column) => column.column.name === COLUMN)) throw new Error('the project of a row comes from its executor')
    if (inner.values === undefined || !ValuesNode.is(inner.values)) throw new Error('insert rows, not a query: a query cannot be given a project')
    return {
      ...inner,
      columns: [...(inner.columns ?? []), ColumnNode.create(COLUMN)],
      values: ValuesNode.create(
        inner.values.values.map((row) =>
          PrimitiveValueListNode.is(row)
            ? PrimitiveValueListNode.create([...row.values, this.#project])
            : ValueListNode.create([...(row as ValueListNode).values, ValueNode.create(this.#project)]),
        ),
      ),
    }
  }
}

export const projectScope = (project: string): KyselyPlugin => ({
  transformQuery: ({ node }) => new ProjectScope(project).transformNode(node) as RootOperationNode,
  transformResult: async ({ result }) => result,
})
