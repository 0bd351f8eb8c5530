/**
 * A glob as a function that tells whether a whole name matches. `*` stands for any text, slashes included, since
 * CloudWatch gives them no meaning; `**` says the same. There is nothing else: names may hold every other sign.
 *
 * Each piece between stars is looked for once, as far left as it goes: no going back, so the time is linear.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const [first = "", ...rest] = glob.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (name) => name === glob;
  return (name) => {
    if (!name.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return name.length - last.length >= at && name.endsWith(last);
  };
}
