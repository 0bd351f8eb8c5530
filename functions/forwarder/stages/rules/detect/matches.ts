import type { Span } from "./span.ts";

export const NOTHING: readonly Span[] = [];

/** All matches of a pattern that never looks back: it must be linear. */
export function spansOf(pattern: RegExp, text: string): readonly Span[] {
  pattern.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    spans ??= [];
    spans.push({ start: found.index, end: pattern.lastIndex });
  }
  return spans ?? NOTHING;
}

/** Whether a character code below 128 is of a class; to be asked for many characters. */
export const asciiTable = (characters: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(characters.test(String.fromCharCode(code))));
