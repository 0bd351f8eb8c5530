import type { PathCost, ReportCost } from "../../cost/cost-of-result.ts";
import type { PathSummary, PhasePathSummary, PhaseSummary, Summary } from "../../stats/summary.ts";
import { type Column, latencyCell, VOID } from "./columns.ts";
import { formatCount, formatNumber, formatShare, formatUsdRange, NOTHING } from "./format.ts";
import { countMark, lossMark, MODELLED_MARK, timeMark } from "./marks.ts";

/** One path at a glance: what a person decides by. */
export interface ScoreRow extends Pick<PathSummary, "id" | "title" | "kind" | "basis"> {
  /** In the first phase without a fault that is not void. */
  readonly calm?: PhasePathSummary;
  /** There is such a phase, but void. */
  readonly isCalmVoid: boolean;
  /** In the phases with a fault that are not void. */
  readonly faults: readonly (PhasePathSummary & { readonly phase: string })[];
  readonly areFaultsVoid: boolean;
  readonly cost?: PathCost;
  /** What it can't do, whatever was measured: a phrase after "can't". */
  readonly cannot: string;
}

export function scorecard({ paths, phases }: Summary, cost: ReportCost | undefined): ScoreRow[] {
  const calm = calmPhase(phases);
  return paths.map(({ id, title, kind, basis }) => ({
    id,
    title,
    kind,
    basis,
    calm: calm?.paths.find((path) => path.id === id),
    isCalmVoid: !calm && phases.some(({ fault }) => !fault),
    areFaultsVoid: phases.some(({ fault }) => fault) && faultPhases(phases).length === 0,
    faults: faultPhases(phases).flatMap((phase) =>
      phase.paths.filter((path) => path.id === id).map((path) => ({ ...path, phase: phase.title })),
    ),
    cost: cost?.paths.get(id),
    cannot: cannot(id, kind),
  }));
}

/** The one whose latency is quoted. */
export const calmPhase = (phases: readonly PhaseSummary[]): PhaseSummary | undefined =>
  phases.find(({ fault, void: why }) => !fault && !why);

export const faultPhases = (phases: readonly PhaseSummary[]): PhaseSummary[] =>
  phases.filter(({ fault, void: why }) => fault && !why);

function cannot(id: string, kind: PathSummary["kind"]): string {
  const sidecar = "take logs of anything but its own task, nor keep what it holds if the host dies";
  switch (kind) {
    case "lambda":
      return "bring a line at once: it waits for the log driver's flush and for CloudWatch";
    case "kinesis":
      return "bring a line at once: it waits for the log driver's flush, for CloudWatch, and for a batch to fill";
    case "firelens":
      return id.includes("hardened") ? sidecar : `${sidecar}, nor ride out an outage of more than some ten seconds`;
  }
}

export const lossShare = ({ sent, lost }: { readonly sent: number; readonly lost: number }): number =>
  sent === 0 ? 0 : lost / sent;

/** The fault in which most was lost. */
export const worstOf = (faults: ScoreRow["faults"]): ScoreRow["faults"][number] | undefined =>
  faults.toSorted((a, b) => lossShare(b) - lossShare(a))[0];

/** `84 % Intake down`, for the faults in which most was lost. */
export function lossByFault({ basis, faults, areFaultsVoid }: ScoreRow): string[] {
  if (areFaultsVoid) return [VOID];
  const losing = faults.filter(({ lost }) => lost > 0).toSorted((a, b) => lossShare(b) - lossShare(a));
  if (faults.length === 0) return [];
  if (losing.length === 0)
    return [`${countMark(basis)}none in ${formatCount(faults.length)} ${faults.length === 1 ? "fault" : "faults"}`];
  const named = losing.slice(0, NAMED_FAULTS);
  const [less, others] = [losing.length - named.length, faults.length - losing.length];
  return [
    ...named.map((fault) => `${lossMark(fault)}${formatShare(lossShare(fault))} ${fault.phase}`),
    ...(less > 0 || others > 0 ? [restText(less, others)] : []),
  ];
}

function restText(less: number, none: number): string {
  if (less === 0) return `none in ${formatCount(none)} more`;
  return `less in ${formatCount(less)} more${none > 0 ? `, none in ${formatCount(none)}` : ""}`;
}

/** The worst; others are in the table of figures. */
const NAMED_FAULTS = 3;

const time = (name: "p50" | "p99"): Column<ScoreRow> => ({
  title: name,
  cell: ({ calm, isCalmVoid, basis }) =>
    calm ? latencyCell(calm.latencyMs, name, timeMark(basis)) : isCalmVoid ? VOID : NOTHING,
});

const usd = (title: string, of: (cost: PathCost) => readonly number[]): Column<ScoreRow> => ({
  title,
  cell: ({ cost }) => (cost ? MODELLED_MARK + formatUsdRange(of(cost)) : NOTHING),
});

const LATENCY: readonly Column<ScoreRow>[] = [time("p50"), time("p99")];
const COST: readonly Column<ScoreRow>[] = [
  usd("$ a month", ({ usdPerMonth }) => usdPerMonth),
  usd("… if in CloudWatch anyway", ({ besideCloudwatch }) => besideCloudwatch),
  {
    title: "MB in the task",
    cell: ({ cost }) => (cost ? formatNumber(cost.memoryMb) : NOTHING),
  },
];

const MOST_LOST: Column<ScoreRow> = {
  title: "Most lost",
  cell: (row) => {
    const worst = worstOf(row.faults);
    if (row.areFaultsVoid) return VOID;
    return worst ? lossMark(worst) + (worst.lost === 0 ? "0" : formatShare(lossShare(worst))) : NOTHING;
  },
};
const LOST_BY_FAULT: Column<ScoreRow> = {
  title: "Lost by fault",
  cell: (row) => lossByFault(row).join("; ") || NOTHING,
};
const CANNOT: Column<ScoreRow> = { title: "Can't", cell: ({ cannot }) => cannot };

/** Where there is room for one figure of loss only. */
export const narrowScore = (hasCost: boolean): Column<ScoreRow>[] => [...LATENCY, MOST_LOST, ...(hasCost ? COST : [])];

export const wideScore = (hasCost: boolean): Column<ScoreRow>[] => [
  ...LATENCY,
  LOST_BY_FAULT,
  ...(hasCost ? COST : []),
  CANNOT,
];
