/** One `"name": value` of an object in JSON. All numbers are positions in its text. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** The members of the object that a text is, in their order and with those of the same name. Undefined: it is no object. */
export function membersOf(text: string): Member[] | undefined {
  const open = afterSpace(text, 0);
  if (text[open] !== "{" || !isJson(text)) return undefined;
  const members: Member[] = [];
  for (let at = afterSpace(text, open + 1); text[at] !== "}"; ) {
    const nameEnd = stringEnd(text, at);
    const valueStart = afterSpace(text, afterSpace(text, nameEnd) + 1);
    const end = valueEnd(text, valueStart);
    members.push({ name: JSON.parse(text.slice(at, nameEnd)), start: at, valueStart, end });
    at = afterSpace(text, end);
    if (text[at] === ",") at = afterSpace(text, at + 1);
  }
  return members;
}

/**
 * The text with some members left out or written anew. All else of it stays as it is, sign by sign: parsed and written
 * again, long numbers would be others.
 *
 * @param rewrite the member's new text; undefined leaves it out.
 */
export function rewriteMembers(
  text: string,
  members: readonly Member[],
  rewrite: (member: Member) => string | undefined,
): string {
  let written = "";
  let separator = text.slice(0, members[0]?.start);
  for (const [i, member] of members.entries()) {
    const own = rewrite(member);
    if (own === undefined) continue;
    written += separator + own;
    separator = text.slice(member.end, members[i + 1]?.start);
  }
  const isEmpty = written === "";
  return (isEmpty ? separator : written) + text.slice(members.at(-1)?.end);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// From here on the text is known to be JSON.

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at += 1;
  return at;
}

/** Behind the closing quote. @param from of the opening one. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; ; ) {
    const sign = text[at];
    if (sign === '"') at = stringEnd(text, at);
    else {
      if (sign === "{" || sign === "[") depth += 1;
      else if (depth > 0 && (sign === "}" || sign === "]")) depth -= 1;
      // A number or word ends where what can be no part of one begins.
      else if (depth === 0 && /[,}\s]/.test(sign as string)) return at;
      at += 1;
    }
    if (depth === 0 && (text[at - 1] === '"' || text[at - 1] === "}" || text[at - 1] === "]")) return at;
  }
}
