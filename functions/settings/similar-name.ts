/**
 * The name that was probably meant: written with other capitals or hyphens, with a typing error or two, or without its
 * end (`apiKey` for `apiKeySecret`, `environment` for `env`).
 */
export function similarName<Name extends string>(written: string, names: readonly Name[]): Name | undefined {
  const word = bare(written);
  const distances = names.map((name) => [name, distance(word, bare(name))] as const);
  const [nearest, errors] = distances.reduce((best, next) => (next[1] < best[1] ? next : best));
  if (errors <= allowedErrors(word)) return nearest;
  return names.find((name) => beginsWith(bare(name), word) || beginsWith(word, bare(name)));
}

const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** One in a short word, or else it would be like any other short word. */
const allowedErrors = (word: string) => (word.length < 6 ? 1 : 2);

const beginsWith = (word: string, start: string) => start.length >= 3 && word.startsWith(start);

/** Characters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
