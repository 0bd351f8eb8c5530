import { isAscii } from "node:buffer";
import type { EventIndex, LogEvent } from "../../../records/event.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { DETECTOR_NEEDLES } from "./detectors.ts";
import { isBuiltIn } from "./redaction.ts";

/** Tells of an event, by its bytes alone, whether a rule could do anything to it. Events must come in their order. */
export type MayConcern = (event: LogEvent) => boolean;

/** Printable ASCII but for the three that JSON may write with a backslash: `"`, `\` and `/`. */
const NEVER_ESCAPED = /[ !#-.0-[\]-~]+/g;

/** But any ASCII character can be written as `\u00` and two hex digits. */
const ESCAPED_ASCII = Buffer.from("\\u00");

/** For detectors the same twice: a message's own `\u`, and any character of ASCII in full width, such as `\uff20`. */
const ESCAPED = Buffer.from("\\u");
/** First bytes of characters that stand for one of ASCII or, in the midst of a word, for none. See `ascii-of.ts`. */
const BEYOND_ASCII = ["c2ad", "e2", "ef"].map((bytes) => Buffer.from(bytes, "hex"));

/**
 * Texts one of which is in every event that the rule concerns. Undefined if there are none such: it joins or samples, or
 * has a pattern or detector of which nothing is known.
 */
export function needlesOf({ join, include, exclude, sampling, redactions }: Omit<CompiledRule, "needles">) {
  if (join || sampling || include.length > 0) return undefined;
  const needles = redactions.some(isBuiltIn) ? [ESCAPED, ...BEYOND_ASCII] : [ESCAPED_ASCII];
  const texts = [
    ...exclude.map(({ literal }) => [literal]),
    ...redactions.map((redaction) =>
      isBuiltIn(redaction) ? DETECTOR_NEEDLES[redaction.detector] : [redaction.pattern.literal],
    ),
  ];
  for (const alternatives of texts) {
    if (alternatives.length === 0) return undefined;
    for (const text of alternatives) {
      const needle = needleIn(text);
      if (needle === undefined) return undefined;
      needles.push(Buffer.from(needle));
    }
  }
  return needles;
}

/** The part of a text that is found fastest: the search stops at every byte like its first. */
function needleIn(text: string): string | undefined {
  const runs = text.match(NEVER_ESCAPED) ?? [];
  const parts = runs.flatMap((run) => [run, ...Array.from(run, (_, i) => run.slice(i)).filter(isLong)]);
  return parts.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)) || rarityOf(b) - rarityOf(a))[0];
}

const isLong = (part: string) => part.length >= 3;

/** Characters of log lines, about from the commonest to the rarest. All others are rarer. */
const COMMON = " etaoinsr0123456789lcdpumhgfybvwk.:,-_=xjqz";
const rarityOf = ([first = ""]: string) => (COMMON.includes(first) ? COMMON.indexOf(first) : COMMON.length);

/**
 * Each needle is looked for once through all bytes of the delivery, and not line by line: most needles are nowhere in
 * most deliveries, whose events then need not be read at all.
 */
export function finderOf({ json, count, positions }: EventIndex, allNeedles: readonly Buffer[]): MayConcern {
  // Up to the end of the last message: other deliveries may follow.
  const own = json.subarray(0, positions[3 * count - 1] ?? 0);
  const needles = isAscii(own) ? allNeedles.filter(isAscii) : allNeedles;
  const next = needles.map(() => -1);
  return ({ messageStart, messageEnd }) =>
    needles.some((needle, i) => {
      if ((next[i] as number) < messageStart) {
        const found = own.indexOf(needle, messageStart);
        next[i] = found < 0 ? Number.POSITIVE_INFINITY : found;
      }
      return (next[i] as number) < messageEnd;
    });
}
