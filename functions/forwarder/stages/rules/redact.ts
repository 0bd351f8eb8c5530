import { type RuleBudget, UNKNOWN } from "./budget.ts";
import { type Cut, cutAt, cutOut, cutsOfDetector, cutsOfPattern } from "./cuts.ts";
import type { Span } from "./detect/span.ts";
import { readingsOf } from "./readings.ts";
import { isBuiltIn, type Redaction } from "./redaction.ts";

export interface Redacted {
  readonly text: string;
  /** Names of the redactions that found something. */
  readonly by: readonly string[];
}

/** Told of each part that is cut out, and of the redaction that found it. */
export type OnCut = (by: Redaction, cut: string) => void;

/**
 * The text without what the redactions find, undefined if they find nothing, or UNKNOWN if there was no time to look for all
 * of it: then nothing of the text may go out. All look at the text as it came
 * and what they find is cut out together: so none destroys the surroundings by which another knows its secret.
 *
 * Afterwards the built-in detectors find nothing more. A second look is needed for that: what was cut out may
 * have touched something that counts only when it stands alone.
 *
 * @param keys parts of private keys, of which the texts before this one tell more than it does itself
 */
export function redact(
  text: string,
  redactions: readonly Redaction[],
  budget: RuleBudget,
  keys: readonly Span[] = [],
  onCut?: OnCut,
): Redacted | undefined | typeof UNKNOWN {
  const cuts = cutsIn(text, redactions, budget, keys);
  if (cuts === UNKNOWN) return UNKNOWN;
  if (cuts.length === 0) return undefined;
  const by = new Set<string>();
  let result = carriedOut(text, cuts, by, onCut);
  const builtIn = redactions.filter(isBuiltIn);
  for (let look = 0; look < MAX_LOOKS; look++) {
    const readings = readingsOf(result);
    const more = builtIn.flatMap((redaction) => cutsOfDetector(readings, redaction));
    // A replacement may look like what it stands for.
    if (more.length === 0 || cutOut(result, more) === result) break;
    result = carriedOut(result, more, by, onCut);
  }
  return result === text ? undefined : { text: result, by: [...by] };
}

/** Two are enough for every case known; the limit is for replacements of the user's own that call for more. */
const MAX_LOOKS = 3;

function cutsIn(
  text: string,
  redactions: readonly Redaction[],
  budget: RuleBudget,
  keys: readonly Span[],
): readonly Cut[] | typeof UNKNOWN {
  const cuts: Cut[] = [];
  const readings = redactions.some(isBuiltIn) ? readingsOf(text) : [];
  for (const redaction of redactions) {
    const more = isBuiltIn(redaction) ? cutsOfDetector(readings, redaction) : cutsOfPattern(text, redaction, budget);
    if (more === UNKNOWN) return UNKNOWN;
    // Not as arguments of one push: a long text may have more of them than a call can take.
    for (const cut of more) cuts.push(cut);
    if (isBuiltIn(redaction) && redaction.detector === "private-key") {
      for (const key of keys) cuts.push(cutAt(key, redaction, redaction.replacement));
    }
  }
  return cuts;
}

function carriedOut(text: string, cuts: readonly Cut[], by: Set<string>, onCut: OnCut | undefined): string {
  for (const cut of cuts) {
    by.add(cut.by.name);
    if (cut.end > cut.start) onCut?.(cut.by, text.slice(cut.start, cut.end));
  }
  return cutOut(text, cuts);
}
