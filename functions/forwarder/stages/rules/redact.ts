import { type RuleBudget, UNKNOWN } from "./budget.ts";
import { DETECTORS } from "./detectors.ts";
import type { Pattern } from "./pattern.ts";
import type { Span } from "./span.ts";
import type { TemplatePart } from "./template.ts";
import type { DetectorName } from "./types.ts";

interface BuiltIn {
  readonly name: string;
  readonly detector: DetectorName;
  readonly replacement: string;
}

interface OwnPattern {
  readonly name: string;
  readonly pattern: Pattern;
  readonly replacement: readonly TemplatePart[];
}

export type Redaction = BuiltIn | OwnPattern;

export interface Redacted {
  readonly text: string;
  /** Names of the redactions that found something. */
  readonly by: readonly string[];
}

interface Cut extends Span {
  readonly by: string;
  readonly replacement: string;
}

/**
 * The text without what the redactions find, undefined if they find nothing, or UNKNOWN if there was no time to look for all
 * of it: then nothing of the text may go out. All look at the text as it came
 * and what they find is cut out together: so none destroys the surroundings by which another knows its secret.
 *
 * Afterwards the built-in detectors find nothing more. A second look is needed for that: what was cut out may
 * have touched something that counts only when it stands alone.
 */
export function redact(
  text: string,
  redactions: readonly Redaction[],
  budget: RuleBudget,
): Redacted | undefined | typeof UNKNOWN {
  const cuts = cutsIn(text, redactions, budget);
  if (cuts === UNKNOWN) return UNKNOWN;
  if (cuts.length === 0) return undefined;
  const by = new Set<string>();
  let result = cutOut(text, cuts, by);
  const builtIn = redactions.filter(isBuiltIn);
  for (let look = 0; look < MAX_LOOKS; look++) {
    const more = builtIn.flatMap((redaction) => cutsOfDetector(result, redaction));
    if (more.length === 0) break;
    const next = cutOut(result, more, by);
    // A replacement may look like what it stands for.
    if (next === result) break;
    result = next;
  }
  return result === text ? undefined : { text: result, by: [...by] };
}

/** Two are enough for every case known; the limit is for replacements of the user's own that call for more. */
const MAX_LOOKS = 3;

const isBuiltIn = (redaction: Redaction): redaction is BuiltIn => "detector" in redaction;

function cutsIn(text: string, redactions: readonly Redaction[], budget: RuleBudget): Cut[] | typeof UNKNOWN {
  const cuts: Cut[] = [];
  for (const redaction of redactions) {
    const more = isBuiltIn(redaction) ? cutsOfDetector(text, redaction) : cutsOfPattern(text, redaction, budget);
    if (more === UNKNOWN) return UNKNOWN;
    // Not as arguments of one push: a long text may have more of them than a call can take.
    for (const cut of more) cuts.push(cut);
  }
  return cuts;
}

const NO_CUTS: readonly Cut[] = [];

function cutsOfDetector(text: string, { name: by, detector, replacement }: BuiltIn): readonly Cut[] {
  const spans = DETECTORS[detector](text);
  return spans.length === 0 ? NO_CUTS : spans.map(({ start, end }) => ({ start, end, by, replacement }));
}

function cutsOfPattern(
  text: string,
  { name: by, pattern, replacement }: OwnPattern,
  budget: RuleBudget,
): readonly Cut[] | typeof UNKNOWN {
  const cuts: Cut[] = [];
  for (const found of pattern.matches(text, budget)) {
    if (found === UNKNOWN) return UNKNOWN;
    if (found.end === found.start) continue;
    // A kept group splits the match: what stands before and after it is cut out, itself it is left where it is,
    // so that other redactions can still take it.
    let start = found.start;
    let written = "";
    for (const part of replacement) {
      const kept = "group" in part ? found.group(part.group) : undefined;
      if ("literal" in part) written += part.literal;
      // A group that lies before or in another that is kept is not copied: it might hold what was found.
      else if (kept && kept.start >= start) {
        cuts.push({ start, end: kept.start, by, replacement: written });
        start = kept.end;
        written = "";
      }
    }
    cuts.push({ start, end: found.end, by, replacement: written });
  }
  return cuts;
}

/** Where cuts overlap, all they cover goes, and the first one's replacement stands there. */
function cutOut(text: string, cuts: Cut[], by: Set<string>): string {
  cuts.sort((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let end = 0;
  for (const cut of cuts) {
    by.add(cut.by);
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
