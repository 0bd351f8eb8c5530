import { expect, test } from "vitest";
import { payloadOf } from "../../functions/intake/payload.ts";
import { finishObject } from "../../functions/replayer/replay-object.ts";
import type { SentPiece } from "../../functions/replayer/send-part.ts";
import type { Tools } from "../../functions/replayer/tools.ts";
import type { StoredObject } from "../../functions/undelivered/stored-object.ts";
import { storedPayloads } from "../../functions/undelivered/stored-parts.ts";
import { compress } from "../support/deliveries.ts";

const payloads = ["a", "b", "c"].map((id, i) => payloadOf([{ id, timestamp: i }], compress));
const [stored] = storedPayloads(
  "undelivered",
  payloads.map((payload) => ({ payload, reason: "http 503" })),
);
const turn = { listed: { key: stored?.key ?? "", etag: "e", size: 1 }, record: undefined };

/** With a store that only remembers what is written, in a run in which the intake has taken others. */
function tools() {
  const written: StoredObject[] = [];
  const store = { write: async (object: StoredObject) => void written.push(object) };
  return { written, tools: { store, isWell: () => true, skip: () => undefined } as unknown as Tools };
}

const failed = (tried: boolean) =>
  payloads.map((payload, i): SentPiece => {
    const outcome = { status: "retryable", reason: "http 503", ...(!tried && { notTried: true as const }) } as const;
    return { piece: { payload, from: i }, settled: [{ payload, outcome }], tried, redated: 0 };
  });

test("an object of which nothing was tried stays: written anew it would have its own key, and then be removed", async () => {
  const { written, tools: given } = tools();
  const done = await finishObject(turn, failed(false), given);
  expect(done).toMatchObject({ failed: { reason: "http 503", ownFault: "never" } });
  expect(done.goes).toBeUndefined();
  expect(written).toEqual([]);
});

test("an object of which all was tried is taken apart, so that bad parts do not hold up the others", async () => {
  const { written, tools: given } = tools();
  expect(await finishObject(turn, failed(true), given)).toMatchObject({ goes: true });
  expect(written).toHaveLength(3);
  expect(written.map(({ key }) => key)).not.toContain(turn.listed.key);
});
