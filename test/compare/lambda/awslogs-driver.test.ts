import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type AwslogsDriver, type DriverLine, openAwslogsDriver } from "../../../compare/lambda/awslogs-driver.ts";
import { openModel } from "../../../compare/modelled.ts";

let driver: AwslogsDriver | undefined;
afterEach(() => driver?.close());

const line = (seq: number, text = "x".repeat(100)): DriverLine => ({ seq, text, readAtMs: 0 });
const seqs = (calls: readonly (readonly DriverLine[])[]) => calls.map((call) => call.map(({ seq }) => seq));

function open(figures: Parameters<typeof openModel>[0]) {
  const calls: (readonly DriverLine[])[] = [];
  driver = openAwslogsDriver(openModel(figures), (lines) => calls.push(lines));
  return { driver, calls };
}

test("calls at each tick of the flush interval, not without lines", async () => {
  const { driver, calls } = open({ "driver.flushIntervalMs": 20 });
  driver.write(line(0));
  driver.write(line(1));
  expect(calls).toEqual([]);
  while (calls.length === 0) await sleep(5);
  driver.write(line(2));
  while (calls.length === 1) await sleep(5);
  await sleep(50);
  expect(seqs(calls)).toEqual([[0, 1], [2]]);
});

test("calls before one would have too many events or bytes, each event with 26 more than its text", () => {
  const events = open({ "driver.maxCallEvents": 2 });
  for (const seq of [0, 1, 2]) events.driver.write(line(seq));
  expect(seqs(events.calls)).toEqual([[0, 1]]);
  events.driver.close();
  const bytes = open({ "driver.maxCallBytes": 2 * 126 });
  for (const seq of [0, 1, 2]) bytes.driver.write(line(seq));
  expect(seqs(bytes.calls)).toEqual([[0, 1]]);
});

test("sends what it has when the container ends", () => {
  const { driver, calls } = open({});
  driver.write(line(0));
  driver.close();
  expect(seqs(calls)).toEqual([[0]]);
});
