import fc from "fast-check";
import { expect, test } from "vitest";
import { type AwslogsDriver, awslogsDriver, type Call } from "../../../compare/lambda/awslogs-driver.ts";
import { openModel } from "../../../compare/modelled.ts";

interface Line {
  readonly seq: number;
  readonly bytes: number;
  readonly events?: number;
}
const line = (seq: number, bytes = 100): Line => ({ seq, bytes });
type Figures = Parameters<typeof openModel>[0];

function open(figures: Figures = {}, firstTickMs = 1_000) {
  const calls: Call<Line>[] = [];
  const driver: AwslogsDriver<Line> = awslogsDriver(openModel(figures), firstTickMs, (call) => calls.push(call));
  return { driver, calls, seqs: () => calls.map(({ lines }) => lines.map(({ seq }) => seq)) };
}

test("calls at each tick of the flush interval, not without lines; a call is answered after its time", () => {
  const { driver, calls, seqs } = open();
  driver.write(line(0), 0);
  driver.write(line(1), 900);
  driver.write(line(2), 1_100);
  driver.advance(5_999);
  expect(seqs()).toEqual([[0, 1]]);
  driver.advance(30_000);
  expect(calls.map(({ cutAtMs, ingestedAtMs, interval }) => [cutAtMs, ingestedAtMs, interval])).toEqual([
    [1_000, 1_100, 0],
    [6_000, 6_100, 1],
  ]);
  expect(driver.nextMs()).toBe(31_000);
});

test("calls before one would have too many events or bytes, each event with 26 more than its text", () => {
  const events = open({ "driver.maxCallEvents": 2 });
  for (const seq of [0, 1, 2]) events.driver.write(line(seq), seq);
  expect(events.seqs()).toEqual([[0, 1]]);
  const bytes = open({ "driver.maxCallBytes": 2 * 126 });
  for (const seq of [0, 1, 2]) bytes.driver.write(line(seq), seq);
  expect(bytes.seqs()).toEqual([[0, 1]]);
  const grouped = open({ "driver.maxCallEvents": 5 });
  for (const seq of [0, 1]) grouped.driver.write({ ...line(seq), events: 3 }, seq);
  expect(grouped.seqs()).toEqual([[0]]);
});

test("sends all that it has when the container ends, in as many calls as it takes", () => {
  const { driver, seqs } = open({ "driver.maxCallEvents": 2 });
  for (const seq of [0, 1, 2, 3, 4]) driver.write(line(seq), seq);
  driver.close(10);
  expect(seqs()).toEqual([[0, 1], [2, 3], [4]]);
});

test("while a call is under way lines wait: some in the channel, so many bytes in the ring, and the rest is dropped", () => {
  const tight = { "driver.maxCallEvents": 1, "driver.channelLines": 3, "driver.bufferBytes": 250 };
  const { driver, seqs } = open(tight);
  // The second starts a call with the first. Then three lines in the channel, two in the ring, and no more.
  const taken = Array.from({ length: 9 }, (_, seq) => driver.write(line(seq), 0));
  expect(taken).toEqual([true, true, true, true, true, true, true, false, false]);
  driver.close(0);
  expect(seqs().flat()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("at a rate beyond a call of 1 MiB every 100 ms it drops what it can't carry; below, nothing", () => {
  const dropped = (linesPerSecond: number) => {
    const { driver } = open();
    const lines = Array.from({ length: linesPerSecond * 10 }, (_, seq) => line(seq, 4_000));
    return lines.filter((one) => !driver.write(one, (one.seq * 1_000) / linesPerSecond)).length / lines.length;
  };
  expect(dropped(2_500)).toBe(0);
  // 10 MiB/s of 20 MB/s go out, and 25 MiB are waiting at the end of 10 s.
  expect(dropped(5_000)).toBeGreaterThan(0.25);
  expect(dropped(5_000)).toBeLessThan(0.45);
});

test("whatever is written when, every line that was taken is in one call, in order, none before it was written", () => {
  const writes = fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: 400 }), afterMs: fc.integer({ min: 0, max: 80 }) }),
  );
  const figures = { "driver.maxCallBytes": 1_000, "driver.channelLines": 4, "driver.bufferBytes": 600 };
  fc.assert(
    fc.property(writes, fc.nat(200), (lines, firstTickMs) => {
      const { driver, calls } = open({ ...figures, "driver.flushIntervalMs": 200 }, firstTickMs);
      let nowMs = 0;
      const written = lines.map(({ bytes, afterMs }, seq) => {
        nowMs += afterMs;
        return { seq, atMs: nowMs, isTaken: driver.write(line(seq, bytes), nowMs) };
      });
      driver.close(nowMs);
      const sent = calls.flatMap(({ lines: some, cutAtMs }) => some.map(({ seq }) => ({ seq, cutAtMs })));
      expect(sent.map(({ seq }) => seq)).toEqual(written.filter(({ isTaken }) => isTaken).map(({ seq }) => seq));
      for (const { seq, cutAtMs } of sent) expect(cutAtMs).toBeGreaterThanOrEqual(written[seq]?.atMs ?? Infinity);
      // One call at a time.
      for (const [i, { cutAtMs }] of calls.entries())
        expect(cutAtMs).toBeGreaterThanOrEqual(calls[i - 1]?.ingestedAtMs ?? 0);
    }),
  );
});
