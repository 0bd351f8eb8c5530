import { expect, test } from "vitest";
import { batchEvent, firstFailed } from "../../../compare/kinesis/batch-event.ts";
import { openEvent } from "../../../functions/forwarder/triggers/open-event.ts";

const BATCH = ["a", "b", "c"].map((data, i) => ({ data, sequenceNumber: String(100 + i) }));
const answer = (...failed: string[]) => ({
  status: "returned" as const,
  value: { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
});

test("is a batch of a stream for the forwarder", () => {
  const { items } = openEvent(batchEvent(BATCH), { functionArn: "arn", said: {} });
  expect(items.map(({ content }) => content)).toEqual(
    BATCH.map(({ data }) => ({ kind: "delivery", data, field: "kinesis.data" })),
  );
});

test("comes again from the first record that failed on", () => {
  expect(firstFailed(answer(), BATCH)).toBeUndefined();
  expect(firstFailed(answer("101"), BATCH)).toBe(1);
  expect(firstFailed(answer("102", "101"), BATCH)).toBe(1);
});

test("comes again as a whole if the function failed, or named a record that is not in it", () => {
  expect(firstFailed({ status: "failed", error: { name: "Runtime.ExitError", message: "" } }, BATCH)).toBe(0);
  expect(firstFailed(answer("999"), BATCH)).toBe(0);
  expect(firstFailed(answer(""), BATCH)).toBe(0);
});
