import { describe, expect, test } from "vitest";
import { dueTimes, firelensPath, LAMBDA_PATH, type PhaseInput, phaseOf } from "../../../compare/aws/phase.ts";
import { isWhole, type Readings } from "../../../compare/aws/readings.ts";
import { warningsOf } from "../../../compare/aws/warnings.ts";
import { parseRecord, recordText } from "../../../compare/record/record-text.ts";
import type { Arrival } from "../../../functions/recorder/record.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

/** The Lambda path's task began at 1,000,000, the other one's 700 ms later. */
const STARTS = { lambda: 1_000_000, firelens: 1_000_700 } as const;
const RUNS = { lambda: "r1-lambda", firelens: "r1-firelens" } as const;
const LOAD = { linesPerSecond: 10, lineBytes: 200, seconds: 1, seed: 1 };
const FIRELENS = firelensPath("asDocumented");
const ALL = Array.from({ length: 10 }, (_, seq) => seq);

function arrival(path: keyof typeof RUNS, latencyMs: number, seqs: readonly number[] = ALL, readAfterMs = 2): Arrival {
  const entries = seqs.map((seq) => {
    const dueMs = STARTS[path] + seq * 100;
    return { timestamp: dueMs + readAfterMs, marker: { run: RUNS[path], seq, dueMs } };
  });
  return { arrivedAtMs: STARTS[path] + latencyMs, wireBytes: 300, rawBytes: 2_500, contentEncoding: "gzip", entries };
}

const ingestedLine = (seq: number) => {
  const dueMs = STARTS.lambda + seq * 100;
  return [seq, { dueMs, readMs: dueMs + 2, ingestedMs: STARTS.lambda + 3_000, bytes: 150 }] as const;
};

const READINGS: Readings = {
  arrivals: [arrival("firelens", 1_500), arrival("lambda", 5_200)],
  brokenRecords: 0,
  troubles: [],
  ingested: new Map(ALL.map(ingestedLine)),
  invocations: [
    {
      toldBy: "lambda",
      startMs: 1_005_000,
      endMs: 1_005_250,
      billedMs: 400,
      memoryMb: 512,
      maxMemoryMb: 140,
      initMs: 150,
    },
    { toldBy: "lambda", startMs: 1_009_000, endMs: 1_009_050, billedMs: 50, memoryMb: 512, maxMemoryMb: 141 },
  ],
  accounts: { reports: 1, received: 10, delivered: 10, stored: 0, returned: 0 },
  metrics: {
    ingestedBytes: [1_760],
    ingestedEvents: [10],
    invocations: [2],
    errors: [],
    throttles: [],
    durationMs: [301.5],
    sidecarCpuUnits: [10.24],
    sidecarMemoryMb: [33],
    firelensTaskCpuUnits: [51.2],
    firelensTaskMemoryMb: [60],
    lambdaTaskCpuUnits: [40.96],
    lambdaTaskMemoryMb: [50],
  },
};

const inputOf = (change: Partial<Readings> = {}): PhaseInput => ({
  load: LOAD,
  readings: { ...READINGS, ...change },
  runs: RUNS,
  firelens: FIRELENS,
  fromMs: 990_000,
});
const noMetrics = Object.fromEntries(
  Object.keys(READINGS.metrics).map((name) => [name, []]),
) as unknown as Readings["metrics"];
const samplesOf = (change: Partial<Readings> = {}) => {
  const { paths } = phaseOf(inputOf(change));
  return { lambda: paths[LAMBDA_PATH.id], firelens: paths[FIRELENS.id] };
};

describe("phaseOf", () => {
  test("measures each path from the start of its own task", () => {
    const phase = phaseOf(inputOf());
    expect(phase).toMatchObject({ id: "steady", startMs: 1_000_000, loadMs: 1_000, linesPerSecond: 10 });
    expect(phase.dueMs).toEqual(ALL.map((seq) => seq * 100));
    expect(phase.paths[LAMBDA_PATH.id]?.arrivedMs).toEqual(ALL.map(() => 5_200));
    expect(phase.paths[FIRELENS.id]?.arrivedMs).toEqual(ALL.map(() => 1_500));
  });

  test("has what CloudWatch tells of the Lambda path's usage", () => {
    const { lambda } = samplesOf();
    expect(lambda?.usage).toEqual({
      lineBytes: 1_500,
      wireBytes: 300,
      rawBytes: 2_500,
      requests: 1,
      answers: { "202": 1 },
      overLimit: 0,
      peakMemoryMb: 141,
      lambda: {
        memoryMb: 512,
        invocations: 2,
        coldStarts: 1,
        billedMs: 450,
        ingestedBytes: 1_760,
        storedLines: 0,
        replayedLines: 0,
      },
    });
    expect(lambda?.notes).toContain("bytes ingested: the metric IncomingBytes");
    expect(lambda?.notes).toContain("billed time: Lambda's reports");
    expect(lambda?.notes).toContain("the whole task took 2.4 CPU seconds and 50 MB at most");
  });

  test("reckons what is billed by Lambda's metric if the forwarder alone tells of invocations", () => {
    const invocations = READINGS.invocations.map((invocation) => ({ ...invocation, toldBy: "forwarder" as const }));
    const billedBy = (metrics: Readings["metrics"]) => {
      const { lambda } = samplesOf({ invocations, metrics });
      return [lambda?.usage.lambda?.billedMs, lambda?.notes.find((note) => note.startsWith("billed time"))];
    };
    expect(billedBy(READINGS.metrics)).toEqual([453, expect.stringContaining("Lambda's metric Duration")]);
    // The metric is of more invocations than were found, or is not there yet.
    const own = [450, expect.stringContaining("a few milliseconds more")];
    expect(billedBy({ ...READINGS.metrics, invocations: [3] })).toEqual(own);
    expect(billedBy(noMetrics)).toEqual(own);
  });

  test("has what Container Insights tells of the sidecar, which takes the same lines", () => {
    expect(samplesOf().firelens?.usage).toMatchObject({ lineBytes: 1_500, cpuSeconds: 0.6, peakMemoryMb: 33 });
  });

  test("counts bytes itself while the metric has not all, and leaves out what nobody tells", () => {
    const { lambda, firelens } = samplesOf({ metrics: noMetrics });
    expect(lambda?.usage.lambda?.ingestedBytes).toBe(10 * (150 + 26));
    expect(lambda?.notes).toContain("Container Insights has nothing on the task (yet)");
    expect(firelens?.usage).not.toHaveProperty("cpuSeconds");
    expect(samplesOf({ invocations: [] }).lambda?.usage).not.toHaveProperty("lambda");
  });

  test("tells lines that a replay brought from those that still wait, and from those the driver lost", () => {
    const { lambda } = samplesOf({
      accounts: { ...READINGS.accounts, delivered: 4, stored: 5 },
      // One is still stored, one was never ingested.
      arrivals: [arrival("lambda", 5_200, [0, 1, 2, 3, 4, 5, 6, 7])],
      ingested: new Map(ALL.slice(0, 9).map(ingestedLine)),
    });
    expect(lambda?.usage.lambda).toMatchObject({ storedLines: 5, replayedLines: 4 });
    expect(lambda?.notes).toContain("1 lines are not in CloudWatch Logs: the driver lost them, or the task ended");
    expect(lambda?.notes).toContain("5 lines went to the bucket for what can't be delivered");
  });

  test("is a phase that reports take, even if nothing arrived", () => {
    const phase = phaseOf(inputOf({ arrivals: [], ingested: new Map(), invocations: [], metrics: noMetrics }));
    expect(phase.startMs).toBe(990_000);
    const record = { ...comparisonResult(), paths: [LAMBDA_PATH, FIRELENS], phases: [phase] };
    expect(() => parseRecord(recordText(record), "result.json")).not.toThrow();
  });

  test("lines are due as the generator has it, also at a rate that is no divisor of a second", () => {
    expect(dueTimes({ ...LOAD, linesPerSecond: 3 })).toEqual([0, 333, 667]);
  });
});

describe("a phase is void", () => {
  const full = { atMs: 1_002_000, refused: 3, p99Ms: 1, maxMs: 9 };
  const late = { ...full, refused: 0, maxMs: 812.4 };
  test.each<[string, Partial<Readings>, string[]]>([
    ["if the recorder had no room for requests", { troubles: [full, late] }, ["recorder", "3 requests with 503"]],
    ["if the recorder was late", { troubles: [late] }, ["recorder", "812 ms late"]],
    ["if a generator was late", { arrivals: [arrival("lambda", 5_200, ALL, 900)] }, ["On Lambda", "900 ms or more"]],
  ])("%s, with one sentence that says what to do", (_, change, texts) => {
    const { void: why = [] } = phaseOf(inputOf(change));
    expect(why).toHaveLength(1);
    for (const text of [...texts, "lower --rate"]) expect(why[0]).toContain(text);
  });

  test("not if all kept up, or were a little late", () => {
    expect(phaseOf(inputOf())).not.toHaveProperty("void");
    expect(phaseOf(inputOf({ arrivals: [arrival("lambda", 5_200, ALL, 200)] }))).not.toHaveProperty("void");
  });
});

describe("warningsOf", () => {
  const warnings = (change: Partial<Readings> = {}, ended: readonly string[] = []) => {
    const input = inputOf(change);
    return warningsOf(phaseOf(input), input, ended);
  };
  const ofKind = (kind: string, change: Partial<Readings>) =>
    warnings(change).filter((warning) => warning.kind === kind);

  test("warns of too few lines for p99, and of nothing else in a short run", () => {
    expect(warnings().map(({ kind, path }) => [kind, path])).toEqual([
      ["few-samples", "lambda"],
      ["few-samples", "firelens-as-documented"],
    ]);
  });

  test("tells clocks that differ by lines that arrive before they were written", () => {
    const [warning] = ofKind("clock-skew", { arrivals: [arrival("firelens", -40), arrival("lambda", 5_200)] });
    expect(warning).toMatchObject({ path: FIRELENS.id, phase: "steady" });
    // The last line was due at 900 ms.
    expect(warning?.message).toContain("940 ms");
  });

  test.each([
    ["records", { accounts: { ...READINGS.accounts, delivered: 12 } }, "delivered 12 lines, the recorder's log has 10"],
    ["invocations", { metrics: { ...READINGS.metrics, invocations: [2, 3] } }, "counts 5 invocations"],
    ["deliveries", { metrics: { ...READINGS.metrics, errors: [1] } }, "1 invocations of the forwarder failed"],
    ["parts of records", { brokenRecords: 2 }, "Records of 2 requests are missing or not whole"],
    [
      "metrics of the sidecar",
      { metrics: { ...READINGS.metrics, sidecarCpuUnits: [] } },
      "shows 0 of at least 1 minutes",
    ],
    ["all metrics", { metrics: noMetrics, metricsProblem: "AWS refuses" }, "metrics are missing: AWS refuses"],
  ] satisfies [string, Partial<Readings>, string][])("tells %s that are missing", (_, change, text) => {
    const found = ofKind("run-incomplete", change);
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(text);
  });

  test("tells how a task ended during the load", () => {
    expect(warnings({}, ["firelens-service: OutOfMemoryError"])[0]?.message).toContain("OutOfMemoryError");
  });
});

describe("isWhole", () => {
  const whole = (change: Partial<Readings> = {}) => isWhole({ ...READINGS, ...change }, Object.values(RUNS), LOAD);

  test("is so once every line and metric shows", () => {
    expect(whole()).toBe(true);
    expect(whole({ arrivals: [arrival("lambda", 5_200)] })).toBe(false);
    expect(whole({ ingested: new Map() })).toBe(false);
    expect(whole({ metrics: { ...READINGS.metrics, ingestedEvents: [9] } })).toBe(false);
    expect(whole({ metrics: { ...READINGS.metrics, sidecarCpuUnits: [] } })).toBe(false);
  });

  test("does not wait for metrics that may not be read", () => {
    expect(whole({ metrics: noMetrics, metricsProblem: "AWS refuses" })).toBe(true);
  });
});
