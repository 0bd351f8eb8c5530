import { styleWith, wrapped } from "../report/terminal/screen.ts";
import { textTable } from "../report/terminal/text-table.ts";
import { latencyCell, VOID } from "../report/words/columns.ts";
import { formatCount, formatNumber, formatShare, NOTHING } from "../report/words/format.ts";
import { countMark, lossMark, MODELLED_MARK, timeMark } from "../report/words/marks.ts";
import type { Result } from "../result.ts";
import { summarise } from "../stats/summarise.ts";
import type { PathSummary, PhasePathSummary, PhaseSummary } from "../stats/summary.ts";
import { type HighestRate, highestRate, LATE_TIMES } from "./highest-rate.ts";

interface SizedPhase {
  readonly lineBytes: number;
  readonly phase: PhaseSummary;
}

const COLUMNS = ["Lines/s", "Lost", "p50", "p99", "Core", "CPU s per million", "Peak MB"] as const;

/** What a sweep comes to: for each path a table by rate, and the highest rate that it carries. */
export function renderSweep(result: Result, color = false): string {
  const style = styleWith(color);
  const { paths, phases } = summarise(result);
  const sized = phases.map((phase) => ({
    phase,
    lineBytes: result.phases.find(({ id }) => id === phase.id)?.lineBytes ?? result.settings.lineBytes,
  }));
  const rows = paths.flatMap((path) =>
    [...Map.groupBy(sized, ({ lineBytes }) => lineBytes)].flatMap(([lineBytes, some]) => [
      `${path.title}, lines of ${formatCount(lineBytes)} bytes`,
      ...some.map(({ phase }) => row(phase, path)),
    ]),
  );
  return [
    style("bold", "The highest rate without loss or lateness"),
    ...paths.flatMap((path) => highest(path, sized)).map((text) => wrapped(text, "  ")),
    "",
    textTable(COLUMNS, rows, style),
    "",
    wrapped(
      `Late: p99 over ${LATE_TIMES} times that at the lowest rate. Core: CPU time by the time of the load. ${MODELLED_MARK} modelled, in whole or in part.`,
    ),
    ...(rows.some((row) => row[1] === VOID) ? [wrapped(VOID_NOTE)] : []),
    "",
  ].join("\n");
}

const VOID_NOTE =
  "Void: the machine did not keep up while that path ran, so nothing is known of it at that rate; the report says what was late, and leaves out the whole phase, in which paths are compared. Each path ran alone: those that are not void here have their figures. Use a machine with more idle cores, or lower --rates.";

/** Paths ran one after the other: what was void of one need not be of another. */
const figuresOf = ({ paths }: PhaseSummary, { id }: PathSummary): PhasePathSummary | undefined =>
  paths.find((path) => path.id === id && !path.void);

function highest(path: PathSummary, sized: readonly SizedPhase[]): string[] {
  return [...Map.groupBy(sized, ({ lineBytes }) => lineBytes)].map(([lineBytes, some]) => {
    const cells = some.map(({ phase }) => {
      const figures = figuresOf(phase, path);
      return { linesPerSecond: phase.linesPerSecond, ...(figures && { figures }) };
    });
    return `${path.title}, ${formatCount(lineBytes)} bytes: ${told(highestRate(cells), path)}`;
  });
}

function told({ rate, because }: HighestRate, { basis }: PathSummary): string {
  if (rate === undefined) {
    return because === "that run is void"
      ? "not known, the run at the lowest rate is void"
      : `none, at the lowest ${because}`;
  }
  const found = `${timeMark(basis)}${formatCount(rate)} lines/s`;
  return `${found}; ${because ? `at the next one ${because}` : "no higher one was tried"}`;
}

function row(phase: PhaseSummary, path: PathSummary): string[] {
  const rate = formatCount(phase.linesPerSecond);
  const figures = figuresOf(phase, path);
  if (!figures) return [rate, ...COLUMNS.slice(1).map(() => VOID)];
  const { lost, sent, latencyMs, cpuSeconds, cpuSecondsPerMillionLines, peakMemoryMb, basis } = figures;
  const mark = countMark(basis);
  const known = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? NOTHING : mark + format(value);
  return [
    rate,
    lossMark(figures) + (lost === 0 ? "0" : formatShare(lost / sent)),
    latencyCell(latencyMs, "p50", timeMark(basis)),
    latencyCell(latencyMs, "p99", timeMark(basis)),
    known(cpuSeconds, (seconds) => formatShare((seconds * 1_000) / phase.loadMs)),
    known(cpuSecondsPerMillionLines, formatNumber),
    known(peakMemoryMb, formatNumber),
  ];
}
