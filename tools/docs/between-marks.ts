/**
 * What is made stands between two comments of a page. The page with this in their place. @throws if it has no such comments
 * @param file that the page is in, for the error
 */
export function betweenMarks(file: string, page: string, mark: string, made: string): string {
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`];
  const [head, rest] = page.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} has no ${begin} … ${end}.`);
  return `${head}${begin}\n\n${made}\n\n${end}${tail}`;
}
