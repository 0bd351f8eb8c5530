import { join } from "node:path";
import { FIRELENS_PROFILES, type SidecarChanges, settingsOf } from "../firelens/agent-config.ts";
import type { FluentBit } from "../firelens/find-fluent-bit.ts";
import { openFirelensPath } from "../firelens/firelens-path.ts";
import { KINESIS_PATH, openKinesisPath } from "../kinesis/kinesis-path.ts";
import type { ForwarderPathSettings } from "../lambda/forwarder-path.ts";
import { LAMBDA_PATH, openLambdaPath } from "../lambda/lambda-path.ts";
import type { Model } from "../modelled.ts";
import type { RunningPath } from "../path.ts";
import { firelensRunner } from "./firelens-runner.ts";
import type { Intakes } from "./intakes.ts";

const FIRELENS_IDS = FIRELENS_PROFILES.map((profile) => `firelens-${profile}`);

/** What `--paths` takes, and the ids of the paths that it means. */
export const PATH_CHOICES: Readonly<Record<string, readonly string[]>> = {
  [LAMBDA_PATH.id]: [LAMBDA_PATH.id],
  [KINESIS_PATH.id]: [KINESIS_PATH.id],
  firelens: FIRELENS_IDS,
  ...Object.fromEntries(FIRELENS_IDS.map((id) => [id, [id]])),
};
export const PATH_IDS: readonly string[] = [...new Set(Object.values(PATH_CHOICES).flat())];

export interface PathSettings {
  readonly pathIds: readonly string[];
  readonly intakes: Intakes;
  readonly apiKey: string;
  /** What the recorders' TLS is known by; without one they speak none. */
  readonly caFile?: string;
  /** For these paths alone; the caller removes it. */
  readonly workDirectory: string;
  readonly memoryMb: number;
  readonly model: Model;
  /** Of what chance decides on the way. */
  readonly seed: number;
  /** Without one, FireLens is modelled. */
  readonly fluentBit: FluentBit | undefined;
  readonly sidecar: SidecarChanges;
}

/** @throws ResultError if one does not run; then none does. */
export async function openPaths(settings: PathSettings): Promise<RunningPath[]> {
  const paths: RunningPath[] = [];
  try {
    for (const id of settings.pathIds) paths.push(await openPath(id, settings));
  } catch (error) {
    await Promise.all(paths.map((path) => path.kill()));
    throw error;
  }
  return paths;
}

async function openPath(id: string, settings: PathSettings): Promise<RunningPath> {
  const { intakes, apiKey, caFile, fluentBit, model, sidecar: changes, workDirectory } = settings;
  const recorder = intakes.recorders[id];
  if (!recorder) throw new Error(`no recorder for ${id}`);
  const profile = FIRELENS_PROFILES.find((one) => id === `firelens-${one}`);
  if (profile) {
    const directory = join(workDirectory, profile);
    const opened = { profile, changes, recorder, caFile, apiKey, fluentBit, model, workDirectory: directory };
    return firelensRunner(await openFirelensPath(opened), settingsOf(profile, changes));
  }
  const { memoryMb, seed } = settings;
  const through: ForwarderPathSettings = {
    ...intakes,
    recorder,
    caFile,
    bucket: intakes.buckets[id] ?? "",
    memoryMb,
    model,
    seed,
  };
  return id === KINESIS_PATH.id ? openKinesisPath(through) : openLambdaPath(through);
}
