import { setTimeout } from "node:timers/promises";
import type { Recorder } from "../../functions/recorder/record.ts";
import { eventually, expect } from "./steps.ts";

/** Time in which a delivery that should not be would have come. */
const QUIET_MS = 1_500;

/** @param meanwhile what is done, again and again, until all are there */
export const untilAllArrive = (
  recorder: Recorder,
  messages: readonly string[],
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<unknown> =>
  eventually(
    async () => {
      const arrived = timesOf(recorder);
      const missing = messages.filter((message) => !arrived.has(message));
      if (missing.length > 0) await meanwhile();
      return missing;
    },
    (missing) => missing.length === 0,
    (missing) => `${missing.length} of ${messages.length} lines did not arrive, such as "${missing[0]}"`,
  );

/** Waits for each message, and then a while for what should not come. @param most times that one may arrive */
export async function onlyTheseArrive(
  recorder: Recorder,
  messages: readonly string[],
  most: number,
  meanwhile?: () => Promise<unknown>,
): Promise<void> {
  await untilAllArrive(recorder, messages, meanwhile);
  await setTimeout(QUIET_MS);
  const arrived = timesOf(recorder);
  const tooOften = messages.find((message) => (arrived.get(message) ?? 0) > most);
  expect(tooOften === undefined, `"${tooOften}" arrived ${arrived.get(tooOften ?? "")} times`);
  const expected = new Set(messages);
  const others = [...arrived.keys()].filter((message) => !expected.has(message));
  expect(others.length === 0, `${others.length} lines arrived that should not, such as "${others[0]}"`);
}

function timesOf(recorder: Recorder): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { message } of recorder.entries()) times.set(String(message), (times.get(String(message)) ?? 0) + 1);
  return times;
}
