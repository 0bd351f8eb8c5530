import type { DatadogAccess } from "../../tools/datadog/access.ts";
import type { Result } from "../result.ts";
import type { Clients } from "./clients.ts";
import { type ReadBackQuery, readBack } from "./datadog.ts";
import { type Load, lineCount } from "./options.ts";
import { firelensPath, LAMBDA_PATH, phaseOf } from "./phase.ts";
import { isWhole, type ReadingSources, readAll, readUntil } from "./readings.ts";
import type { LoadRun } from "./run-load.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import type { LoadTask } from "./tasks.ts";
import { waitWithBar } from "./wait-with-bar.ts";
import { warningsOf } from "./warnings.ts";

export interface MeasureInput {
  readonly ran: LoadRun;
  readonly outputs: StackOutputs;
  readonly load: Load;
  /** How long to look again for what shows late. */
  readonly lateMs: number;
}

/** What a run adds to the record. */
export type Measured = Partial<Pick<Result, "phases" | "warnings" | "readBack">>;

/** Puts into the record what is known so far. */
export type Keep = (measured: Measured) => Promise<void>;

/**
 * Reads the run from AWS: arrivals from the recorder's log, the rest from where it is kept; again until nothing is
 * missing that could still show. @throws AwsCallError
 */
export async function measureAtRecorder(
  clients: Clients,
  input: MeasureInput,
  keep: Keep,
  signal: AbortSignal,
): Promise<void> {
  const { ran, outputs, load, lateMs } = input;
  const runs = { lambda: ran.lambda.run, firelens: ran.firelens.run };
  const firelens = firelensPath(outputs.firelensProfile);
  const sources = sourcesOf(input);
  const read = async () => {
    const readings = await readAll(clients, sources, signal);
    const phaseInput = { load, readings, runs, firelens, fromMs: ran.fromMs };
    const phase = phaseOf(phaseInput);
    await keep({ phases: [phase], warnings: warningsOf(phase, phaseInput, ran.endedEarly) });
    return readings;
  };
  await readUntil(read, (found) => isWhole(found, Object.values(runs), load), lateMs, signal);
}

function sourcesOf({ ran, outputs }: MeasureInput): ReadingSources {
  const { lambda, firelens, fromMs } = ran;
  const { logGroup = "" } = lambda.service;
  const { sidecar } = firelens.service;
  return {
    appLogGroup: logGroup,
    recorderLogGroup: outputs.recorder?.logGroup ?? "",
    forwarderLogGroup: outputs.forwarderLogGroup,
    forwarderName: outputs.forwarderName,
    cluster: outputs.clusterName,
    lambdaTask: { family: familyOf(lambda), taskId: lambda.taskId },
    firelensTask: { family: familyOf(firelens), taskId: firelens.taskId, sidecar: sidecar?.name ?? "" },
    run: lambda.run,
    fromMs,
  };
}

const familyOf = ({ service }: LoadTask) => service.definition.family ?? "";

/**
 * Counts at Datadog what each path brought there: once, and once more what was missing, since searches are counted,
 * too. @throws DatadogError
 */
export async function measureAtDatadog(
  access: DatadogAccess,
  input: MeasureInput,
  keep: Keep,
  signal: AbortSignal,
): Promise<void> {
  const { ran, outputs, load, lateMs } = input;
  const written = lineCount(load);
  // The stack names the services after the families of their tasks.
  const query = (path: string, task: LoadTask): ReadBackQuery => ({
    path,
    service: familyOf(task),
    run: task.run,
    written,
  });
  const queries = [query(LAMBDA_PATH.id, ran.lambda), query(firelensPath(outputs.firelensProfile).id, ran.firelens)];
  const first = await readBack(access, queries, ran.fromMs, signal);
  await keep({ readBack: first });
  const incomplete = queries.filter((_, i) => (first[i]?.found ?? 0) < written);
  if (incomplete.length === 0 || lateMs === 0) return;
  await waitWithBar("Some are missing: looking once more for what Datadog shows late", lateMs, signal);
  const second = await readBack(access, incomplete, ran.fromMs, signal);
  await keep({ readBack: first.map((count) => second.find(({ path }) => path === count.path) ?? count) });
}
