import { type Matcher, RE2JS } from "re2js";

/** A user's pattern, compiled. All methods take time linear in the text, `matches` up to the budget it is given. */
export interface Pattern {
  readonly source: string;
  /** Text with which every match begins; empty if that is not known. */
  readonly literal: string;
  readonly groupCount: number;
  readonly groupNames: ReadonlySet<string>;
  readonly test: (text: string) => boolean;
  /** The text of a group in the first match; undefined if nothing matches or the group took no part. */
  readonly group: (text: string, group: string | number) => string | undefined;
  readonly matches: (text: string, budget: Budget) => Iterable<Found>;
}

/** One match. `exhausted`: the budget ended here, so that what follows in the text was not looked at. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly exhausted: boolean;
  /** Where a group lies in the text; undefined if it took no part. */
  readonly group: (group: string | number) => { readonly start: number; readonly end: number } | undefined;
}

/** Characters that may still be looked at more than once. */
export interface Budget {
  left: number;
}

/**
 * One match is linear in any text, all matches are not: after each one, `a+b|a` reads "aaaa…" to its end once
 * more. Measured on 8,000 characters: 650 ms to 1.7 s, 20 to 50 ns per character read; so this many are 2 to 5 s
 * in the worst delivery. An ordinary one (10,000 lines of 1 KB with 5 matches each) needs at most half of it.
 */
export const RESCAN_BUDGET = 100_000_000;

/** `{0,1000}` compiles to 2,000 instructions; each character may cost as many steps as there are. */
const MAX_PROGRAM_SIZE = 2_500;

/** @returns the pattern, or what is wrong with it and what to do, as the end of a sentence about it. */
export function compilePattern(source: string): Pattern | string {
  if (source === "") return "is empty, which matches everything: remove it or give a pattern";
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    return wrongSyntax(source, error);
  }
  const matcher = compiled.matcher("");
  if (matcher.programSize() > MAX_PROGRAM_SIZE) return "is too large: use smaller repeat counts";
  const literal = literalStart(source);
  const test = (text: string) => text.includes(literal) && compiled.test(text);
  return {
    source,
    literal,
    groupCount: matcher.groupCount(),
    groupNames: new Set(Object.keys(compiled.namedGroups())),
    test,
    group: (text, group) => {
      const found = compiled.matcher(text);
      return found.find() ? (found.group(group) ?? undefined) : undefined;
    },
    // Most texts have no match, and this asks without looking for where it begins.
    matches: (text, budget) => (test(text) ? matchesOf(compiled, text, budget) : NOTHING),
  };
}

/**
 * Text with which every match begins, as far as it can be told without reading the syntax; empty if it can't.
 * A text without it needs no engine: for `password=\S+` on lines that have none, that is four fifths of the time.
 */
export function literalStart(source: string): string {
  // The other alternative may begin in another way.
  if (source.includes("|")) return "";
  const plain = source.match(/^[\w =:;,/@#%&"'<>~!-]*/)?.[0] ?? "";
  // A count applies to the last character, and may be none; so may one behind flags or an empty quote: to RE2, `a(?i)*` is `a*`.
  return /^(?:[*+?{]|\(\?|\\Q)/.test(source.slice(plain.length)) ? plain.slice(0, -1) : plain;
}

const NOTHING: Iterable<Found> = [];

function* matchesOf(compiled: RE2JS, text: string, budget: Budget): Generator<Found> {
  const matcher = compiled.matcher(text);
  while (matcher.find()) {
    const end = matcher.end();
    // The engine does not tell how far it read: the worst case is charged.
    budget.left -= text.length - end;
    const exhausted = budget.left < 0;
    yield { start: matcher.start(), end, exhausted, group: (group) => groupAt(matcher, group) };
    if (exhausted) return;
  }
}

function groupAt(matcher: Matcher, group: string | number) {
  const start = matcher.start(group);
  return start < 0 ? undefined : { start, end: matcher.end(group) };
}

function wrongSyntax(source: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(source)) {
    return "looks ahead or behind, which no linear-time engine can: match the text around and keep it with a group";
  }
  if (/\\[1-9]/.test(source)) return "refers back to a group, which no linear-time engine can: write it without";
  return `is not RE2 syntax (${(error as Error).message.replace(/^error parsing regexp: /, "")})`;
}
