import { idOf, type LogEvent } from "../../../records/event.ts";
import { type RuleBudget, UNKNOWN } from "./budget.ts";
import { isErrorLevel } from "./error-level.ts";
import type { Pattern } from "./pattern.ts";

export interface Sampling {
  readonly rate: number;
  readonly key?: Pattern;
  readonly keepErrors: boolean;
}

/**
 * The rate at which this event was kept, or undefined if it goes. An error that always stays has the rate 1:
 * whoever multiplies counts by 1 / rate gets the number there was. UNKNOWN if there was no time to find its key.
 *
 * An event without a key goes by its own id, so that a delivery that Lambda tries again is sampled the same.
 */
export function sampleRateOf(
  event: LogEvent,
  message: string,
  { rate, key, keepErrors }: Sampling,
  budget: RuleBudget,
): number | undefined | typeof UNKNOWN {
  if (keepErrors && isErrorLevel(message)) return 1;
  const found = key?.group(message, key.groupNames.has("key") ? "key" : 1, budget);
  if (found === UNKNOWN) return UNKNOWN;
  return shareOf(found ?? idOf(event)) < rate ? rate : undefined;
}

/**
 * A number in [0, 1) that is the same for the same text, and as good as random among texts: FNV-1a, with the
 * finish of MurmurHash3, without which texts that differ only at the end are close together.
 * http://www.isthe.com/chongo/tech/comp/fnv/ · https://github.com/aappleby/smhasher (2026-11)
 */
export function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
