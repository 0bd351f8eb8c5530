import { FIRELENS_PROFILES, type FirelensProfile } from "../firelens/agent-config.ts";
import { type Model, openModel } from "../modelled.ts";
import type { LambdaUsage, PathInfo, PathSamples, Phase, Result, Warning } from "../result.ts";
import { forwarderTimes } from "./complete-input.ts";
import type { CostInput } from "./types.ts";

/**
 * What a comparison measured that costs depend on, of the phases in which nothing was broken on purpose and that are not
 * void. What was not measured is left out: no phase, no such path, or only a model of it; times also where the machine was
 * late. How much is written in a month a run can't tell, and so neither what a delivery has of it, nor how often a sandbox
 * is replaced; nor what a sidecar must reserve, since an outage fills it.
 */
export function usageFromResult(result: Result, model: Model = openModel()): Partial<CostInput> {
  const calm = result.phases.filter((phase) => !phase.fault && !phase.void);
  const timed = calm.filter((phase) => !isLate(phase, result.warnings));
  const lambda = result.paths.find(({ kind, basis }) => kind === "lambda" && basis !== "modelled");
  const { region } = result.environment;
  return {
    ...(region !== undefined && { region }),
    ...(lambda && sizes(samplesOf(calm, lambda))),
    ...(lambda && times(samplesOf(timed, lambda), result.where, model)),
    ...sidecarUsage(calm, sidecarOf(result.paths)),
  };
}

const LATE: readonly Warning["kind"][] = ["generator-late", "machine-noisy"];

const isLate = ({ id }: Phase, warnings: readonly Warning[]) =>
  warnings.some(({ kind, phase }) => LATE.includes(kind) && (phase ?? id) === id);

const samplesOf = (phases: readonly Phase[], { id }: PathInfo) => phases.flatMap(({ paths }) => paths[id] ?? []);

/** That with the options we advise, if it was there. */
function sidecarOf(paths: readonly PathInfo[]): PathInfo | undefined {
  const measured = paths.filter(({ kind, basis }) => kind === "firelens" && basis !== "modelled");
  return measured.find(({ id }) => id === "firelens-hardened") ?? measured[0];
}

const profileOf = ({ id }: PathInfo): FirelensProfile =>
  FIRELENS_PROFILES.find((profile) => id === `firelens-${profile}`) ?? "as-documented";

function sidecarUsage(calm: readonly Phase[], path: PathInfo | undefined): Partial<CostInput> {
  const samples = path ? samplesOf(calm, path) : [];
  const wireRatioFirelens = wireRatio(samples);
  const entryBytesFirelens = entryBytes(samples);
  return {
    ...(path && { profile: profileOf(path) }),
    ...(wireRatioFirelens !== undefined && { wireRatioFirelens }),
    ...(entryBytesFirelens !== undefined && { entryBytesFirelens }),
  };
}

function sizes(samples: readonly PathSamples[]): Partial<CostInput> {
  const events = sum(samples, ({ arrivedMs }) => arrivedMs.length);
  const lineBytes = sum(samples, ({ usage }) => usage.lineBytes);
  const wireRatioLambda = wireRatio(samples);
  const entryBytesLambda = entryBytes(samples);
  return {
    ...(events > 0 && lineBytes > 0 && { lineBytes: lineBytes / events }),
    ...(wireRatioLambda !== undefined && { wireRatioLambda }),
    ...(entryBytesLambda !== undefined && { entryBytesLambda }),
  };
}

function times(samples: readonly PathSamples[], where: Result["where"], model: Model): Partial<CostInput> {
  const usages = samples.flatMap(({ usage }) => usage.lambda ?? []);
  const events = sum(samples, ({ arrivedMs }) => arrivedMs.length);
  return billedTimes(usages, events, coldStartMs(samples), where, model);
}

/**
 * A run tells how long its invocations took together. It is split between deliveries and events in the model's
 * proportion, so that the same batches come to the same sum.
 */
function billedTimes(
  usages: readonly LambdaUsage[],
  events: number,
  billedMsPerColdStart: number | undefined,
  where: Result["where"],
  model: Model,
): Partial<CostInput> {
  const [first] = usages;
  const invocations = sum(usages, (usage) => usage.invocations);
  if (!first || invocations === 0 || events === 0) return {};
  const starting = sum(usages, ({ coldStarts }) => coldStarts) * (billedMsPerColdStart ?? 0);
  const running = Math.max(0, sum(usages, ({ billedMs }) => billedMs) - starting);
  // An intake on the same machine answers at once; a real one is waited for.
  const intakeMs = model.get("cost.intakeMs");
  const modelled = forwarderTimes(first.memoryMb, model);
  const thousandEventsMs = modelled.perThousandEvents();
  const ownMs = modelled.perDelivery() - (where === "local" ? intakeMs : 0);
  const scale = running / (invocations * ownMs + (events / 1_000) * thousandEventsMs);
  return {
    forwarderMemoryMb: first.memoryMb,
    billedMsPerDelivery: ownMs * scale + (where === "local" ? intakeMs : 0),
    billedMsPerThousandEvents: thousandEventsMs * scale,
    ...(billedMsPerColdStart !== undefined && { billedMsPerColdStart }),
  };
}

/** The longest that a line waited for a sandbox to start: with no other waiting, that is how long a start takes. */
function coldStartMs(samples: readonly PathSamples[]): number | undefined {
  const waits = samples
    .filter(({ usage }) => (usage.lambda?.coldStarts ?? 0) > 0)
    .map(({ stagesMs }) => (stagesMs.start ?? []).reduce<number>((longest, ms) => Math.max(longest, ms ?? 0), 0))
    .filter((ms) => ms > 0);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** Bytes in requests per byte of log text; undefined if nothing arrived. */
function wireRatio(samples: readonly PathSamples[]): number | undefined {
  const lineBytes = sum(samples, ({ usage }) => usage.lineBytes);
  const wireBytes = sum(samples, ({ usage }) => usage.wireBytes);
  return lineBytes > 0 && wireBytes > 0 ? wireBytes / lineBytes : undefined;
}

/** Around the text of a line in a body, decoded; undefined if nothing arrived. */
function entryBytes(samples: readonly PathSamples[]): number | undefined {
  const events = sum(samples, ({ arrivedMs }) => arrivedMs.length);
  const arrivals = sum(
    samples,
    ({ arrivedMs, duplicates }) => arrivedMs.filter((at) => at !== null).length + duplicates.length,
  );
  const lineBytes = sum(samples, ({ usage }) => usage.lineBytes);
  const rawBytes = sum(samples, ({ usage }) => usage.rawBytes);
  return arrivals > 0 && rawBytes > 0 ? Math.max(0, rawBytes / arrivals - lineBytes / events) : undefined;
}

const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);
