import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAccounts, readInvocations } from "../../../compare/aws/invocations.ts";

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
      { startMs: 9_974, endMs: 10_000, billedMs: 26, memoryMb: 512, maxMemoryMb: 140 },
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
    const events = [
      emf({ Received: 100, Delivered: 90, Undelivered: 7, Rejected: 2, Returned: 1 }),
      emf({ Received: 5, Delivered: 5 }),
      emf({ Received: "many" }),
      event('{"_aws": cut off'),
      event('{"_aws":cut off'),
      event("another line"),
    ];
    expect(readAccounts(events)).toEqual({ reports: 3, received: 105, delivered: 95, stored: 9, returned: 1 });
  });
});
