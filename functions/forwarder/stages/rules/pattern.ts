import { type Matcher, RE2JS, RE2JSSyntaxException } from "re2js";
import { type RuleBudget, UNKNOWN } from "./budget.ts";

/**
 * A user's pattern, compiled. One scan takes time in proportion to the text times the size of the program, so each is asked
 * of the budget first.
 */
export interface Pattern {
  readonly source: string;
  /** Text with which every match begins; empty if that is not known. */
  readonly literal: string;
  readonly groupCount: number;
  readonly groupNames: ReadonlySet<string>;
  readonly test: (text: string, budget: RuleBudget) => boolean | typeof UNKNOWN;
  /** The text of a group in the first match; undefined if nothing matches or the group took no part. */
  readonly group: (text: string, group: string | number, budget: RuleBudget) => string | undefined | typeof UNKNOWN;
  /** All matches; UNKNOWN as the last if the budget ended and there may be more. */
  readonly matches: (text: string, budget: RuleBudget) => Iterable<Found | typeof UNKNOWN>;
}

/** One match. */
export interface Found {
  readonly start: number;
  readonly end: number;
  /** Where a group lies in the text; undefined if it took no part. */
  readonly group: (group: string | number) => { readonly start: number; readonly end: number } | undefined;
}

/** `{0,1000}` compiles to 2,000 instructions; each character may cost as many steps as there are. See `budget.ts`. */
const MAX_PROGRAM_SIZE = 2_500;

/**
 * @param quotes whether what is wrong may quote the pattern.
 * @returns the pattern, or what is wrong with it and what to do, as the end of a sentence about it.
 */
export function compilePattern(source: string, quotes = true): Pattern | string {
  if (source === "") return "is empty, which matches everything: remove it or give a pattern";
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    return wrongSyntax(source, error, quotes);
  }
  const matcher = compiled.matcher("");
  const size = matcher.programSize();
  if (size > MAX_PROGRAM_SIZE) return "is too large: use smaller repeat counts";
  const literal = literalStart(source);
  const groupCount = matcher.groupCount();
  const withGroups = groupCount > 0 ? size * (2 + groupCount / GROUPS_PER_STEP) : size;
  const test = (text: string, budget: RuleBudget) => {
    if (!text.includes(literal)) return false;
    return budget.mayScan(text.length * size) ? compiled.test(text) : UNKNOWN;
  };
  return {
    source,
    literal,
    groupCount,
    groupNames: new Set(Object.keys(compiled.namedGroups())),
    test,
    group: (text, group, budget) => {
      if (!text.includes(literal)) return undefined;
      if (!budget.mayScan(text.length * withGroups)) return UNKNOWN;
      const found = compiled.matcher(text);
      return found.find() ? (found.group(group) ?? undefined) : undefined;
    },
    // Most texts have no match, and this asks without looking for where it begins.
    matches: (text, budget) => {
      const matches = test(text, budget);
      if (matches === UNKNOWN) return NOT_KNOWN;
      return matches ? matchesOf(compiled, text, withGroups, budget) : NOTHING;
    },
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
const NOT_KNOWN: Iterable<typeof UNKNOWN> = [UNKNOWN];

/**
 * Asking for groups is a second scan, which carries along where each group lies: with 20 groups it takes about twice as long
 * as without, with 100 five times, with 600 twenty times (2026-11).
 */
const GROUPS_PER_STEP = 64;

/** After each match, `a+b|a` reads "aaaa…" to its end once more: all of them together take quadratic time. */
function* matchesOf(
  compiled: RE2JS,
  text: string,
  stepsPerCharacter: number,
  budget: RuleBudget,
): Generator<Found | typeof UNKNOWN> {
  const matcher = compiled.matcher(text);
  for (let end = 0; ; end = matcher.end()) {
    // The engine does not tell how far it reads: it may be to the end.
    if (!budget.mayScanAgain((text.length - end) * stepsPerCharacter)) {
      yield UNKNOWN;
      return;
    }
    if (!matcher.find()) return;
    yield { start: matcher.start(), end: matcher.end(), group: (group) => groupAt(matcher, group) };
  }
}

function groupAt(matcher: Matcher, group: string | number) {
  const start = matcher.start(group);
  return start < 0 ? undefined : { start, end: matcher.end(group) };
}

function wrongSyntax(source: string, error: unknown, quotes: boolean): string {
  if (/\(\?<?[=!]/.test(source)) {
    return "looks ahead or behind, which no linear-time engine can: match the text around and keep it with a group";
  }
  if (/\\[1-9]/.test(source)) return "refers back to a group, which no linear-time engine can: write it without";
  if (quotes) return `is not RE2 syntax (${(error as Error).message.replace(/^error parsing regexp: /, "")})`;
  return error instanceof RE2JSSyntaxException ? `is not RE2 syntax (${error.getDescription()})` : "is not RE2 syntax";
}
