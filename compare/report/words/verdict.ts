import type { Result } from "../../result.ts";
import type { Figures, PhasePathSummary, PhaseSummary, Summary } from "../../stats/summary.ts";
import { formatCount, formatMs, listed, plain, plural } from "./format.ts";
import { BASIS_TITLES, lossMark } from "./marks.ts";

/** What must be known before any figure is read: the run is not whole, phases of it are void. */
export const caveats = (result: Pick<Result, "status" | "problem">, { phases }: Pick<Summary, "phases">): string[] => [
  ...statusSentence(result),
  ...phases.flatMap((phase) => (phase.void ? [`“${phase.title}” is void: ${phase.void.join(" ")}`] : [])),
];

/** What came out, in sentences; the weightiest first. Nothing of void phases. */
export function findings(result: Pick<Result, "readBack">, summary: Summary): string[] {
  const valid = { ...summary, phases: summary.phases.filter((phase) => !phase.void) };
  return [
    ...readBackSentence(result, summary),
    ...lossSentences(valid, result, summary.phases.length > valid.phases.length),
    ...latencySentence(valid),
    ...duplicateSentence(valid),
    ...overLimitSentence(valid),
  ];
}

function statusSentence({ status, problem }: Pick<Result, "status" | "problem">): string[] {
  if (status === "complete") return [];
  const said = problem ? ` ${problem}` : "";
  return status === "partial"
    ? [`This run is not whole.${said}`]
    : [`This run had not ended when the record was written: it is still going on, or was killed.${said}`];
}

/** A run that counts at Datadog has no phase: nothing there tells when a line arrived. */
function readBackSentence({ readBack = [] }: Pick<Result, "readBack">, { paths }: Summary): string[] {
  if (readBack.length === 0) return [];
  const counts = readBack.map(({ path, written, found }) => {
    const title = paths.find(({ id }) => id === path)?.title ?? path;
    return `${formatCount(found)} of ${plural(written, "line")} of ${plain(title)}`;
  });
  return [`Datadog shows ${listed(counts)}.`];
}

function lossSentences(
  { phases, paths }: Summary,
  { readBack = [] }: Pick<Result, "readBack">,
  someVoid: boolean,
): string[] {
  if (phases.length === 0 && someVoid) return ["Every phase is void: there is nothing to compare."];
  if (phases.length === 0) return readBack.length > 0 ? [] : ["No phase ended, so there is nothing to compare."];
  const losing = phases.filter((phase) => lostIn(phase) > 0);
  const worst = losing.toSorted((a, b) => lostIn(b) - lostIn(a))[0];
  const sent = Math.max(0, ...paths.map((path) => path.sent));
  if (!worst)
    return [`${noneOf(paths)} lost a line: ${plural(sent, "line")} each, in ${plural(phases.length, "phase")}.`];
  const sentences = [`In “${worst.title}”, ${losses(worst.paths)}.`];
  if (losing.length > 1)
    sentences.push(
      `Over all ${phases.length} phases${someVoid ? " that are not void" : ""}, ${losses(paths.filter((path) => path.sent > 0))}.`,
    );
  const waiting = paths.filter(({ lambda }) => lambda && lambda.storedLines > lambda.replayedLines);
  for (const { title, lambda } of waiting) {
    const count = (lambda?.storedLines ?? 0) - (lambda?.replayedLines ?? 0);
    sentences.push(
      `${plural(count, "line")} of ${plain(title)} are in the store, not yet replayed: they count as lost here.`,
    );
  }
  return sentences;
}

const lostIn = ({ paths }: PhaseSummary) => paths.reduce((sum, { lost }) => sum + lost, 0);
const noneOf = ({ length }: readonly unknown[]) => (length === 2 ? "Neither path" : "No path");

type Named = Figures & Pick<PhasePathSummary, "title" | "basis">;

/** `Lambda lost 0 of 12,000 lines, FireLens hardened 7,311`. Paths may have been sent different numbers of lines. */
function losses(paths: readonly Named[]): string {
  const isSame = new Set(paths.map(({ sent }) => sent)).size === 1;
  return listed(
    paths.map((path, index) => {
      const lost = (path.lostInModel > 0 ? lossMark(path) : "") + formatCount(path.lost);
      if (index === 0) return `${named(path)} lost ${lost} of ${plural(path.sent, "line")}`;
      return `${named(path)} ${lost}${isSame ? "" : ` of ${formatCount(path.sent)}`}`;
    }),
  );
}

/** Of what was counted: the arrivals of a path with modelled stages were. */
const named = ({ title, basis }: Pick<Named, "title" | "basis">) =>
  `${plain(title)}${basis === "modelled" ? " (modelled)" : ""}`;

function latencySentence({ phases }: Summary): string[] {
  const calm = phases.find(({ fault }) => !fault);
  const paths = calm?.paths.filter(({ latencyMs }) => latencyMs) ?? [];
  if (!calm || paths.length === 0) return [];
  const within = (name: "p50" | "p99") =>
    listed(
      paths.map(({ title, basis, latencyMs }) => {
        const model = basis === "measured" || name !== "p50" ? "" : ` (${BASIS_TITLES[basis]})`;
        return `${formatMs(latencyMs?.[name] ?? 0)} on ${plain(title)}${model}`;
      }),
    );
  return [
    `In “${calm.title}”, half of the lines sent arrived within ${within("p50")}; 99 of 100 within ${within("p99")}.`,
  ];
}

function duplicateSentence({ paths, phases }: Summary): string[] {
  if (phases.length === 0) return [];
  const twice = paths.filter(({ duplicated }) => duplicated > 0);
  if (twice.length === 0) return ["No line arrived twice."];
  return [`Duplicates: ${listed(twice.map((path) => `${named(path)} ${formatCount(path.duplicated)}`))}.`];
}

function overLimitSentence({ paths }: Summary): string[] {
  return paths
    .filter(({ overLimit }) => overLimit > 0)
    .map(
      (path) =>
        `${named(path)} sent ${formatCount(path.overLimit)} of ${plural(path.requests, "request")} over the intake's documented limits of 1,000 entries and 5 MB.`,
    );
}
