import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAccounts, readInvocations } from "../../../compare/aws/invocations.ts";
import { forwarderLine } from "../../support/forwarder-line.ts";

const event = (message: string, timestamp = 10_000, stream = "2026/11/20/[$LATEST]0a") => ({
  stream,
  timestamp,
  ingestionTime: timestamp + 50,
  message,
});

const REQUEST = "3897a7c2-8ac6-45e7-9c8e-57cb48def2ab";
const report = (rest = "", requestId = REQUEST) =>
  `REPORT RequestId: ${requestId}\tDuration: 25.57 ms\tBilled Duration: 26 ms\tMemory Size: 512 MB\tMax Memory Used: 140 MB\t${rest}\n`;

describe("readInvocations", () => {
  test("reads a warm invocation between its start and its report", () => {
    const events = [event(`START RequestId: ${REQUEST} Version: $LATEST\n`, 9_974), event(report())];
    expect(readInvocations(events)).toEqual([
      { toldBy: "lambda", startMs: 9_974, endMs: 10_000, billedMs: 26, memoryMb: 512, maxMemoryMb: 140 },
    ]);
  });

  test("dates a start by the duration if its line is missing or dated late", () => {
    expect(readInvocations([event(report())])[0]?.startMs).toBeCloseTo(10_000 - 25.57);
    const late = [event(`START RequestId: ${REQUEST} Version: $LATEST\n`, 10_000), event(report())];
    expect(readInvocations(late)[0]?.startMs).toBeCloseTo(10_000 - 25.57);
  });

  test.each([
    ["counted in", "Billed Duration: 174 ms", 174],
    ["left out, as before 2025-08", "Billed Duration: 26 ms", 174],
  ])("bills the init phase of a cold start that the line has %s", (_, billed, expected) => {
    const line = report("Init Duration: 148.12 ms\t").replace("Billed Duration: 26 ms", billed);
    expect(readInvocations([event(line)])[0]).toMatchObject({ billedMs: expected, initMs: 148.12 });
  });

  test.each([
    "Status: timeout",
    "Init Duration: 148.12 ms\tStatus: error\tError Type: Runtime.ExitError",
    "Init Duration: 148.12 ms\t\nXRAY TraceId: 1-61c86fa4-59b3c6d959653c527fd10966\tSegmentId: 107ea78a5750a811\tSampled: true",
  ])("takes a report with more in it: %s", (rest) => {
    expect(readInvocations([event(report(rest))])).toHaveLength(1);
  });

  const platform = (type: string, record: object) =>
    `${JSON.stringify({ time: "2026-11-20T10:00:00.000Z", type, record })}\n`;
  const METRICS = { durationMs: 25.57, billedDurationMs: 26, memorySizeMB: 512, maxMemoryUsedMB: 140 };
  const jsonReport = (metrics: object = METRICS, status = "success") =>
    platform("platform.report", { requestId: REQUEST, metrics, status });

  test("reads the same from Lambda's log format JSON", () => {
    const start = platform("platform.start", { requestId: REQUEST, version: "$LATEST" });
    expect(readInvocations([event(start, 9_970), event(jsonReport())])).toEqual([
      { toldBy: "lambda", startMs: 9_970, endMs: 10_000, billedMs: 26, memoryMb: 512, maxMemoryMb: 140 },
    ]);
    const cold = jsonReport({ ...METRICS, billedDurationMs: 174, initDurationMs: 148.12 });
    expect(readInvocations([event(cold)])[0]).toMatchObject({ billedMs: 174, initMs: 148.12 });
    const bad = [
      jsonReport({ durationMs: 1 }),
      platform("platform.report", {}),
      '{"time":1}',
      '{"time":',
      '{"time":[]}',
    ];
    expect(readInvocations(bad.map((line) => event(line)))).toEqual([]);
  });

  test("takes the forwarder's own lines where Lambda logs no reports", () => {
    const cold = forwarderLine({ endMs: 10_000, ms: 60, initMs: 148, memoryMb: [92, 512] });
    const warm = forwarderLine({ endMs: 15_000, ms: 41, memoryMb: [97, 512] });
    expect(readInvocations([event(cold, 10_001), event(warm, 15_001)])).toEqual([
      {
        toldBy: "forwarder",
        startMs: 9_940,
        endMs: 10_000,
        billedMs: 208,
        memoryMb: 512,
        maxMemoryMb: 92,
        initMs: 148,
      },
      { toldBy: "forwarder", startMs: 14_959, endMs: 15_000, billedMs: 41, memoryMb: 512, maxMemoryMb: 97 },
    ]);
    // Of a version that says nothing of its memory.
    expect(readInvocations([event('{"_aws":{"Timestamp":10000},"Received":1}')])).toEqual([]);
  });

  test("counts no invocation twice: one that Lambda reports, too, is Lambda's, be it all or only what failed", () => {
    const own = (endMs: number) => event(`${forwarderLine({ endMs, ms: 25 })}\n`, endMs);
    const text = [own(9_998), event(report(), 10_000), own(19_998), event(report("", "other"), 20_000)];
    expect(readInvocations(text).map(({ toldBy }) => toldBy)).toEqual(["lambda", "lambda"]);
    // System level WARN: the second failed after it had reported, the third before.
    const json = [
      own(5_000),
      own(9_998),
      event(jsonReport(METRICS, "error"), 10_000),
      event(jsonReport({ ...METRICS, durationMs: 60_000 }, "timeout"), 90_000),
      // Another sandbox at the same time.
      { ...own(9_990), stream: "another" },
    ];
    expect(readInvocations(json).map(({ toldBy, endMs }) => [toldBy, endMs])).toEqual([
      ["forwarder", 5_000],
      ["forwarder", 9_990],
      ["lambda", 10_000],
      ["lambda", 90_000],
    ]);
  });

  test("gives back what the forwarder wrote of any invocation", () => {
    const runs = fc.record({
      endMs: fc.integer({ min: 1, max: 2e12 }),
      ms: fc.integer({ min: 0, max: 900_000 }),
      initMs: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
      memoryMb: fc.tuple(fc.integer({ min: 1, max: 10_240 }), fc.integer({ min: 128, max: 10_240 })),
    });
    fc.assert(
      fc.property(runs, (run) => {
        const [read] = readInvocations([event(forwarderLine(run), run.endMs)]);
        expect(read).toMatchObject({
          startMs: run.endMs - run.ms,
          endMs: run.endMs,
          billedMs: run.ms + (run.initMs ?? 0),
          maxMemoryMb: run.memoryMb[0],
          memoryMb: run.memoryMb[1],
        });
        expect(read?.initMs).toBe(run.initMs);
      }),
    );
  });

  test("takes each try of an event that Lambda tried again, which keeps its id", () => {
    const start = `START RequestId: ${REQUEST} Version: $LATEST\n`;
    const events = [event(start, 900), event(report(), 1_000), event(start, 60_900), event(report(), 61_000)];
    expect(readInvocations(events).map(({ endMs }) => endMs)).toEqual([1_000, 61_000]);
  });

  test("takes nothing else", () => {
    const lines = [
      `END RequestId: ${REQUEST}`,
      `REPORT RequestId: ${REQUEST}\tDuration: 25.57 ms`,
      'a line of the function that has "REPORT RequestId: x" in it',
      "INIT_START Runtime Version: nodejs:24.v1",
    ];
    expect(readInvocations(lines.map((line) => event(line)))).toEqual([]);
  });

  test("reads back the figures of any report, however its fields are parted", () => {
    const hundredths = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((value) => value / 100);
    const cases = fc.record({
      durationMs: hundredths(900_000),
      memoryMb: fc.integer({ min: 128, max: 10_240 }),
      maxMemoryMb: fc.integer({ min: 1, max: 10_240 }),
      initMs: fc.option(hundredths(10_000), { nil: undefined }),
      counted: fc.boolean(),
      separator: fc.constantFrom("\t", "  ", " ", "\t\n"),
      id: fc.uuid(),
    });
    fc.assert(
      fc.property(cases, ({ durationMs, memoryMb, maxMemoryMb, initMs, counted, separator, id }) => {
        const whole = Math.ceil(durationMs + (initMs ?? 0));
        const fields = [
          `REPORT RequestId: ${id}`,
          `Duration: ${durationMs.toFixed(2)} ms`,
          `Billed Duration: ${counted ? whole : Math.ceil(durationMs)} ms`,
          `Memory Size: ${memoryMb} MB`,
          `Max Memory Used: ${maxMemoryMb} MB`,
          ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
        ];
        const [read] = readInvocations([event(fields.join(separator), 2_000_000)]);
        expect(read).toEqual({
          toldBy: "lambda",
          startMs: 2_000_000 - durationMs,
          endMs: 2_000_000,
          billedMs: whole,
          memoryMb,
          maxMemoryMb,
          ...(initMs !== undefined && { initMs }),
        });
      }),
    );
  });

  test("fails on no text, and finds no report in one without its beginning", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(readInvocations([event(text)]).length).toBeLessThanOrEqual(text.startsWith("REPORT ") ? 1 : 0);
      }),
    );
  });
});

describe("readAccounts", () => {
  const emf = (counts: Record<string, unknown>) => event(`${JSON.stringify({ _aws: { Timestamp: 1 }, ...counts })}\n`);

  test("adds up the forwarder's reports, and leaves out what is none", () => {
    const mixed = { received: 100, delivered: 90, undelivered: 7, rejected: 2, returned: 1 };
    const events = [
      event(`${forwarderLine({ endMs: 1, ms: 1, ...mixed })}\n`),
      emf({ Received: 5, Delivered: 5 }),
      emf({ Received: "many" }),
      event('{"_aws": cut off'),
      event('{"_aws":cut off'),
      event("another line"),
    ];
    expect(readAccounts(events)).toEqual({ reports: 3, received: 105, delivered: 95, stored: 9, returned: 1 });
  });
});
