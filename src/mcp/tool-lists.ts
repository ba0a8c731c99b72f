import type { TableSchema } from '../dynamodb/tables/table-schema.ts';
import type { AnyTool } from '../tools/tool.ts';
import type { ResultMode } from './results.ts';
import { listTools } from './tool-list.ts';

/** What lists of tools are made from. */
export interface ToolListOptions {
  /** The names of all tables, the default one's first. */
  tables: readonly string[];
  resultMode: ResultMode;
  /** Whether the service makes vectors of texts. */
  embeds: boolean;
}

/** Lists that are made once for each choice of tools; roles are few. */
const MOST_LISTS = 64;

/** The lists of tools, by what of the tools and of the tables a caller may know of. */
export function createToolLists(options: ToolListOptions) {
  const lists = new Map<string, ReturnType<typeof createToolList>>();
  return (
    offered: readonly AnyTool[],
    tables: readonly string[],
    schemas: readonly (TableSchema | undefined)[],
  ) => {
    const names = [...offered.map(({ name }) => name), '', ...tables].join();
    const known = lists.get(names) ?? createToolList(offered, tables, options);
    if (lists.size >= MOST_LISTS) lists.clear();
    lists.set(names, known);
    return known(schemas);
  };
}

function createToolList(
  offered: readonly AnyTool[],
  tables: readonly string[],
  options: ToolListOptions,
) {
  // Of a table that the caller is not to know of, nothing is told.
  const told = (schemas: readonly (TableSchema | undefined)[]) =>
    schemas.map((schema, at) => (tables.includes(options.tables[at] ?? '') ? schema : undefined));
  return rememberLast((schemas: readonly (TableSchema | undefined)[]) => ({
    tools: listTools(offered, {
      ...options,
      tables,
      namesTables: tables.length > 1 || tables[0] !== options.tables[0],
      schemas: told(schemas),
    }),
    // Without a schema it is not the whole list: to be asked for again.
    ...(schemas.includes(undefined) && { ttlMs: 0 }),
  }));
}

/** The function, asked once for the same elements again and again. */
function rememberLast<Element, Result>(make: (elements: readonly Element[]) => Result) {
  let last: { elements: readonly Element[]; result: Result } | undefined;
  return (elements: readonly Element[]): Result => {
    if (!last?.elements.every((element, at) => element === elements[at])) last = undefined;
    last ??= { elements, result: make(elements) };
    return last.result;
  };
}
