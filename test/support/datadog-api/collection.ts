/** Objects of a resource, by id, in the order in which they were made. Ids are never given twice. */
export function collection<T extends object>(idOf: (number: number) => string) {
  const all = new Map<string, T>();
  let made = 0;
  return {
    all,
    add(make: (id: string, number: number) => T): T {
      made += 1;
      const id = idOf(made);
      const one = make(id, made);
      all.set(id, one);
      return one;
    },
  };
}
