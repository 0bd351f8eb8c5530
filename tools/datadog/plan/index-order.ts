export interface OrderedIndex {
  readonly name: string;
  /** Of its filter; undefined: not known. */
  readonly query: unknown;
}

export interface Move {
  readonly name: string;
  /** The first that would take all logs, and so leave none to those behind it. */
  readonly before: string;
  readonly order: readonly string[];
}

/**
 * A log is kept in the first index whose filter it passes. An index of ours behind one that takes everything would stay
 * empty: it has to come before it. All others stay in their order.
 */
export function moveBeforeCatchAll(
  order: readonly string[],
  indexes: readonly OrderedIndex[],
  ours: string,
): Move | undefined {
  const queries = new Map(indexes.map(({ name, query }) => [name, query]));
  const others = order.filter((name) => name !== ours);
  const first = others.findIndex((name) => takesAll(queries.get(name)));
  const before = others[first];
  if (before === undefined || (order.includes(ours) && order.indexOf(ours) <= first)) return undefined;
  return { name: ours, before, order: [...others.slice(0, first), ours, ...others.slice(first)] };
}

export const takesAll = (query: unknown): boolean => typeof query === "string" && ["", "*"].includes(query.trim());
