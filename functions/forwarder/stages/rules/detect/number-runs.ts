import { NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

const MIN_NUMBERS = 4;

/**
 * Runs of four numbers and more, with one separator between. From each separator to its left no further than the run before,
 * and on from the end of its run: each place is looked at twice at most.
 */
export function numberRuns(text: string, separator: string): readonly Span[] {
  let runs: Span[] | undefined;
  for (let at = text.indexOf(separator); at >= 0; ) {
    const end = isDigitAt(text, at + 1) && isDigitAt(text, at - 1) ? endOf(text, at, separator) : undefined;
    if (end !== undefined) {
      runs ??= [];
      runs.push({ start: startOf(text, at), end });
    }
    at = text.indexOf(separator, end ?? at + 1);
  }
  return runs ?? NOTHING;
}

function startOf(text: string, separator: number): number {
  let start = separator;
  while (isDigitAt(text, start - 1)) start -= 1;
  return start;
}

/** Undefined if there are fewer numbers. */
function endOf(text: string, first: number, separator: string): number | undefined {
  const code = separator.charCodeAt(0);
  let numbers = 1;
  let end = first;
  while (end + 1 < text.length && text.charCodeAt(end) === code && isDigitAt(text, end + 1)) {
    numbers += 1;
    end += 2;
    while (isDigitAt(text, end)) end += 1;
  }
  return numbers >= MIN_NUMBERS ? end : undefined;
}

/** False beyond the ends of the text. */
export function isDigitAt(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
