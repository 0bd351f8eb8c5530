import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";
import type { DrawnRanges } from "../result.ts";
import { percentile, sorted } from "../stats/percentile.ts";
import { awslogsDriver, type Sized } from "./awslogs-driver.ts";
import { drawWaits } from "./modelled-waits.ts";

export interface WaitedLine {
  /** When it was written, from the start of the phase. */
  readonly dueMs: number;
  readonly bytes: number;
  /** What was measured: from the handing over to the arrival; null: it never came. */
  readonly restMs: number | null;
}

/** By stage id, ms. */
export type DrawnLine = Readonly<Record<"driver" | "ingestion" | "subscription", number>>;

export interface DrawnLatency extends DrawnRanges {
  /** Each line's waits, of one draw or another: together they have the model's distribution, which no single draw has. */
  readonly lines: readonly (DrawnLine | undefined)[];
}

export interface DrawSettings {
  readonly model: Model;
  readonly seed: number;
  /** Lines due before this are in no percentile. */
  readonly warmUpMs: number;
  readonly draws?: number;
}

const DRAWS = 2_000;
/** So many of them give their waits to lines. */
const POOLED_DRAWS = 200;
/** More lines than this are drawn as groups: those next to each other share their waits anyway. */
const GROUPS = 2_000;
const LOW = 0.05;
const HIGH = 0.95;

interface Group extends Sized {
  readonly index: number;
  readonly atMs: number;
  readonly restMs: number;
}

/** A phase's waits before the function drawn thousands of times around what was measured after them. */
export function drawLatency(
  lines: readonly WaitedLine[],
  { model, seed, warmUpMs, draws = DRAWS }: DrawSettings,
): DrawnLatency {
  const groupSize = Math.max(1, Math.ceil(lines.length / GROUPS));
  const groups = groupsOf(lines, groupSize);
  const percentiles = { p50: [] as number[], p95: [] as number[], p99: [] as number[] };
  const pooled: (DrawnLine | undefined)[][] = [];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = drawOnce(groups, model, seed * draws + draw);
    const latencies = sorted(
      groups.filter(({ atMs }) => atMs >= warmUpMs).map(({ index, restMs }) => total(drawn[index]) + restMs),
    );
    percentiles.p50.push(percentile(latencies, 0.5) ?? Number.NaN);
    percentiles.p95.push(percentile(latencies, 0.95) ?? Number.NaN);
    percentiles.p99.push(percentile(latencies, 0.99) ?? Number.NaN);
    if (draw < POOLED_DRAWS) pooled.push(drawn);
  }
  return {
    count: draws,
    p50: rangeOf(percentiles.p50),
    p95: rangeOf(percentiles.p95),
    p99: rangeOf(percentiles.p99),
    lines: lines.map((_, line) => pooled[spread(line) % pooled.length]?.[Math.floor(line / groupSize)]),
  };
}

function groupsOf(lines: readonly WaitedLine[], size: number): Group[] {
  const groups: Group[] = [];
  for (let from = 0; from < lines.length; from += size) {
    const some = lines.slice(from, from + size);
    const middle = some[some.length >> 1] as WaitedLine;
    const bytes = some.reduce((sum, line) => sum + line.bytes, 0) + (some.length - 1) * EVENT_OVERHEAD_BYTES;
    groups.push({
      index: groups.length,
      atMs: middle.dueMs,
      bytes,
      events: some.length,
      restMs: middle.restMs ?? Number.POSITIVE_INFINITY,
    });
  }
  return groups;
}

/** By group; undefined: the driver's buffer was full. */
function drawOnce(groups: readonly Group[], model: Model, seed: number): (DrawnLine | undefined)[] {
  const drawn = new Array<DrawnLine | undefined>(groups.length).fill(undefined);
  const waits = drawWaits(model, seed);
  // The container runs for longer than the phase: what came before is not seen, the next tick is at any time.
  const driver = awslogsDriver<Group>(model, waits.firstTickMs, ({ lines, cutAtMs, ingestedAtMs, interval }) => {
    const handedOverAtMs = waits.handedOverAtMs({ interval, ingestedAtMs });
    for (const { index, atMs } of lines) {
      drawn[index] = {
        driver: cutAtMs - atMs,
        ingestion: ingestedAtMs - cutAtMs,
        subscription: handedOverAtMs - ingestedAtMs,
      };
    }
  });
  for (const group of groups) driver.write(group, group.atMs);
  const lastMs = groups.at(-1)?.atMs ?? 0;
  // The next tick takes what is left, as it does while the container runs on.
  driver.advance(lastMs + model.get("driver.flushIntervalMs"));
  driver.close(lastMs + model.get("driver.flushIntervalMs"));
  return drawn;
}

const total = (waits: DrawnLine | undefined) =>
  waits ? waits.driver + waits.ingestion + waits.subscription : Number.POSITIVE_INFINITY;

function rangeOf(values: readonly number[]) {
  const all = sorted(values);
  return { low: percentile(all, LOW) ?? Number.NaN, high: percentile(all, HIGH) ?? Number.NaN };
}

/** Neighbours get draws that have nothing to do with each other; the same line always the same. */
const spread = (line: number) => (Math.imul(line + 1, 0x9e3779b1) >>> 8) & 0xffff;
