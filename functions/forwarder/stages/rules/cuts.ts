import { type RuleBudget, UNKNOWN } from "./budget.ts";
import type { Span } from "./detect/span.ts";
import { DETECTORS, NEEDS_CONTEXT, WITH_LOOKALIKES } from "./detectors.ts";
import type { Reading } from "./readings.ts";
import type { BuiltIn, OwnPattern, Redaction } from "./redaction.ts";

/** A part of a text that has to go, and what stands there instead. */
export interface Cut extends Span {
  readonly by: Redaction;
  readonly replacement: string;
}

/** What a detector finds in any of the readings, as places of the text as it came. */
export function cutsOfDetector(readings: readonly Reading[], by: BuiltIn): readonly Cut[] {
  const { detector, lookalikes, replacement } = by;
  let cuts: Cut[] | undefined;
  for (const { text, original, isDoubtful } of readings) {
    const found = DETECTORS[detector](text);
    const counted = isDoubtful && NEEDS_CONTEXT.has(detector) ? found.filter(isDoubtful) : found;
    const spans = lookalikes ? [...counted, ...(WITH_LOOKALIKES[detector]?.(text) ?? [])] : counted;
    for (const span of spans) {
      const place = original(span);
      if (place.end <= place.start) continue;
      cuts ??= [];
      cuts.push(cutAt(place, by, replacement));
    }
  }
  return cuts ?? NO_CUTS;
}

const NO_CUTS: readonly Cut[] = [];

export const cutAt = ({ start, end }: Span, by: Redaction, replacement: string): Cut => ({
  start,
  end,
  by,
  replacement,
});

/** What a user's pattern finds in the text as it came. */
export function cutsOfPattern(text: string, by: OwnPattern, budget: RuleBudget): readonly Cut[] | typeof UNKNOWN {
  const cuts: Cut[] = [];
  for (const found of by.pattern.matches(text, budget)) {
    if (found === UNKNOWN) return UNKNOWN;
    if (found.end === found.start) continue;
    // A kept group splits the match: what stands before and after it is cut out, itself it is left where it is,
    // so that other redactions can still take it.
    let start = found.start;
    let written = "";
    for (const part of by.replacement) {
      const kept = "group" in part ? found.group(part.group) : undefined;
      if ("literal" in part) written += part.literal;
      // A group that lies before or in another that is kept is not copied: it might hold what was found.
      else if (kept && kept.start >= start) {
        cuts.push(cutAt({ start, end: kept.start }, by, written));
        start = kept.end;
        written = "";
      }
    }
    cuts.push(cutAt({ start, end: found.end }, by, written));
  }
  return cuts;
}

/** Where cuts overlap, all they cover goes, and the first one's replacement stands there. */
export function cutOut(text: string, cuts: readonly Cut[]): string {
  const ordered = cuts.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let end = 0;
  for (const cut of ordered) {
    // Only covers what is gone already, or prolongs it.
    if (cut.start < end || (cut.start === end && cut.end === end && end > 0)) {
      end = Math.max(end, cut.end);
      continue;
    }
    result += text.slice(end, cut.start) + cut.replacement;
    end = cut.end;
  }
  return result + text.slice(end);
}
