/**
 * How a name of a log group or stream begins, as it stands in the documentation: `<word>` is a part that is read, `*` one
 * that is not, both up to the next slash. What that can't say has a regular expression with groups of those names.
 */
export type NamePattern = string | { readonly shown: string; readonly regex: RegExp };

/** What each `<word>` stood for, if it stood for anything. */
export type Parts = Readonly<Record<string, string | undefined>>;

/** @returns what is read from a name that the pattern fits; undefined for any other. @param lower the same name in lower case. */
export type ReadName = (name: string, lower?: string) => Parts | undefined;

const NO_PARTS: Parts = {};

/** @param anyCase whether upper and lower case are the same. */
export function compileName(pattern: NamePattern, anyCase = false): ReadName {
  if (typeof pattern !== "string") return (name) => partsOf(pattern.regex.exec(name));
  const regex = new RegExp(
    `^${pattern
      .split(/(<\w+>|\*)/)
      .map(regexOf)
      .join("")}`,
    anyCase ? "i" : "",
  );
  const literal = pattern.split(/[<*]/, 1)[0] ?? "";
  const head = anyCase ? literal.toLowerCase() : literal;
  // Nearly all names fail here, at the cost of a comparison.
  return (name, lower = name) => ((anyCase ? lower : name).startsWith(head) ? partsOf(regex.exec(name)) : undefined);
}

const partsOf = (match: RegExpExecArray | null) => (match ? (match.groups ?? NO_PARTS) : undefined);

function regexOf(piece: string): string {
  if (piece === "*") return "[^/]*";
  return piece.startsWith("<") ? `(?${piece}[^/]*)` : piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A text with what each `<word>` in it stands for; undefined if one of them stands for nothing. */
export function fillIn(text: string | undefined, parts: Parts): string | undefined {
  let whole = true;
  const filled = text?.replace(/<(\w+)>/g, (_all, word: string) => {
    const part = parts[word];
    if (part === undefined || part === "") whole = false;
    return part ?? "";
  });
  return whole ? filled : undefined;
}
