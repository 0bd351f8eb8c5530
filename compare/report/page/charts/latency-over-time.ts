import type { Basis, Phase } from "../../../result.ts";
import { type Bucket, bucketWidthMs, timeSeries } from "../../../stats/time-series.ts";
import { formatMs } from "../../words/format.ts";
import { axisName, FONT_SIZE, lineStyleOf, STILL } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { type DurationRange, linearDurationAxis, logDurationAxis, logDurationRange } from "./duration-axis.ts";
import type { PhaseDrawing } from "./latency-curves.ts";
import type { Look } from "./look.ts";

const HEIGHT = 234;
const MARGIN = { left: 66, right: 24 };
/** Of one path's row in the strip that shows when lines were lost. */
const ROW_HEIGHT = 6;
/** A sidecar flushes every second: narrower buckets would show the teeth of that saw. */
const FLUSH_MS = 1_000;

/** Median latency over the time at which lines were due, the fault shaded; on top, when lines were lost. */
export function latencyOverTime({ phase, summary, looks, medianRange: range }: PhaseDrawing): Drawing {
  const { spanMs, widthMs } = bucketsOf(phase);
  const rows = summary.paths.flatMap(({ id, title, basis }): Row[] => {
    const [samples, look] = [phase.paths[id], looks.get(id)];
    return samples && look
      ? [{ title, basis, look, buckets: timeSeries(phase.dueMs, samples.arrivedMs, widthMs) }]
      : [];
  });
  const strip = rows.length * ROW_HEIGHT;
  return {
    id: `time-${phase.id}`,
    height: HEIGHT,
    label: `${summary.title}: median latency over the time at which lines were due${faultText(phase)}. ${rows.map(({ title, buckets }) => spoken(title, buckets)).join(" ")}`,
    option: {
      grid: [
        { ...MARGIN, top: 8, height: strip },
        { ...MARGIN, top: 12 + strip, bottom: 42 },
      ],
      xAxis: [
        { ...linearDurationAxis(spanMs), show: false, gridIndex: 0 },
        { ...linearDurationAxis(spanMs), ...axisName("when lines were due, from the start", 24), gridIndex: 1 },
      ],
      yAxis: [
        { type: "value", min: 0, max: rows.length, show: false, gridIndex: 0 },
        { ...logDurationAxis(range), ...axisName("median latency", 50), gridIndex: 1 },
      ],
      series: [
        shading(phase),
        ...rows.map((row, index) => medians(row, { widthMs, spanMs, least: range.min, firstMark: 2 + index * 3 })),
        ...rows.map((row, index) => lostSpans(row, { widthMs, spanMs }, rows.length - index - 0.5)),
      ],
    },
  };
}

function bucketsOf({ loadMs, fault }: Phase) {
  const spanMs = Math.max(1, loadMs, fault?.toMs ?? 0);
  return { spanMs, widthMs: Math.max(bucketWidthMs(spanMs), Math.min(FLUSH_MS, spanMs / 10)) };
}

/** Around all that is drawn, so that phases compare. */
export const medianRange = (phases: readonly Phase[]): DurationRange =>
  logDurationRange(
    phases.flatMap((phase) =>
      Object.values(phase.paths).flatMap(({ arrivedMs }) =>
        timeSeries(phase.dueMs, arrivedMs, bucketsOf(phase).widthMs).flatMap(({ p50 }) => p50 ?? []),
      ),
    ),
  );

const MAIN = { xAxisIndex: 1, yAxisIndex: 1 };

function shading({ fault }: Phase) {
  const area = [{ name: fault?.title, xAxis: fault?.fromMs }, { xAxis: fault?.toMs }];
  const markArea = {
    silent: true,
    itemStyle: { color: "var(--fault)" },
    label: { position: "insideTop", color: "var(--muted)", fontSize: FONT_SIZE },
    data: [area],
  };
  return { ...STILL, ...MAIN, type: "line", data: [], ...(fault && { markArea }) };
}

interface Row {
  readonly title: string;
  readonly basis: Basis;
  readonly look: Look;
  readonly buckets: readonly Bucket[];
}

interface Scale {
  readonly widthMs: number;
  readonly spanMs: number;
  readonly least: number;
  /** Not the same for all paths, or one marker would hide the others. */
  readonly firstMark: number;
}

function medians({ buckets, look }: Row, { widthMs, spanMs, least, firstMark }: Scale) {
  // A point with no neighbour has no line to be seen by.
  const isAlone = (index: number) => buckets[index - 1]?.p50 === undefined && buckets[index + 1]?.p50 === undefined;
  return {
    ...STILL,
    ...MAIN,
    type: "line",
    showAllSymbol: true,
    symbolSize: 6,
    itemStyle: { color: look.color },
    lineStyle: lineStyleOf(look),
    data: buckets.map(({ fromMs, p50 }, index) => ({
      value: [Math.min(fromMs + widthMs / 2, spanMs), p50 === undefined ? null : Math.max(least, p50)],
      symbol: isAlone(index) || index % MARK_EVERY === firstMark % MARK_EVERY ? look.symbol : "none",
    })),
  };
}

const MARK_EVERY = 15;

/** Strokes from start to end of each bucket that lost lines; broken only if a model lost them. */
function lostSpans({ buckets, look, basis }: Row, { widthMs, spanMs }: Pick<Scale, "widthMs" | "spanMs">, y: number) {
  const data = buckets.flatMap(({ fromMs, lost }) =>
    lost === 0
      ? [[fromMs, null]]
      : [
          [fromMs, y],
          [Math.min(fromMs + widthMs, spanMs), y],
        ],
  );
  const type = basis === "modelled" ? [...look.dashes] : "solid";
  return {
    ...STILL,
    type: "line",
    symbol: "none",
    lineStyle: { color: look.color, width: 4, cap: "butt", type },
    data,
  };
}

const faultText = ({ fault }: Phase) =>
  fault ? `; ${fault.title} from ${formatMs(fault.fromMs)} to ${formatMs(fault.toMs)}` : "";

function spoken(title: string, buckets: readonly Bucket[]): string {
  const slowest = buckets.filter(({ p50 }) => p50 !== undefined).toSorted((a, b) => (b.p50 ?? 0) - (a.p50 ?? 0))[0];
  const losing = buckets.filter(({ lost }) => lost > 0);
  const loss = losing.length > 0 ? `, lines lost from ${formatMs(losing[0]?.fromMs ?? 0)} on` : "";
  if (!slowest) return `${title}: nothing arrived.`;
  return `${title}: slowest at ${formatMs(slowest.fromMs)} with ${formatMs(slowest.p50 ?? 0)}${loss}.`;
}
