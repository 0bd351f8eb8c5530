import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ENV } from "../../functions/settings/environment.ts";
import { EVENT_OVERHEAD_BYTES, eventIds, subscriptionEvent } from "../../tools/cloudwatch.ts";
import { localFunction } from "../../tools/lambda/lambda-process.ts";
import type { Model } from "../modelled.ts";
import type { Journey, RunningPath } from "../path.ts";
import type { PathInfo } from "../result.ts";
import { type DriverLine, openAwslogsDriver } from "./awslogs-driver.ts";
import { openFunctionPool, type PooledInvocation } from "./function-pool.ts";
import { emptyTally, type Tally, tallyInvocation } from "./lambda-usage.ts";
import { subscriptionDelays } from "./subscription-delay.ts";

export const LAMBDA_PATH: PathInfo = {
  id: "lambda",
  kind: "lambda",
  title: "Lambda",
  basis: "mixed",
  stages: [
    { id: "driver", title: "awslogs driver", basis: "modelled" },
    { id: "ingestion", title: "ingestion", basis: "modelled" },
    { id: "subscription", title: "subscription", basis: "modelled" },
    { id: "start", title: "Lambda start", basis: "measured" },
    { id: "forwarder", title: "forwarder", basis: "measured" },
    { id: "again", title: "retry, or store and replay", basis: "modelled" },
    { id: "network", title: "network", basis: "measured" },
  ],
};

export interface LambdaPathSettings {
  readonly recorder: { readonly host: string; readonly port: number };
  readonly s3Endpoint: string;
  readonly secretsEndpoint: string;
  readonly bucket: string;
  readonly memoryMb: number;
  readonly model: Model;
  readonly seed: number;
}

const TIMEOUT_MS = 60_000;
/** Lambda tries a failed asynchronous invocation twice again. */
const MAX_ATTEMPTS = 3;
const MAX_REPLAYS = 5;
const STREAM = {
  account: "111122223333",
  logGroup: "/ecs/comparison",
  logStream: "app/app/0c7a3b5e9d2f4a618b7c5d4e3f2a1b09",
};

/** One call of the driver on its way through CloudWatch Logs and Lambda. Unix times in ms. */
interface Delivery {
  readonly lines: readonly DriverLine[];
  readonly cutAtMs: number;
  readonly ingestedAtMs: number;
  readonly deliveredAtMs: number;
  readonly attempts: PooledInvocation[];
}

/** The built forwarder behind a model of what AWS does between container and function. */
export function openLambdaPath(settings: LambdaPathSettings): RunningPath {
  const { model } = settings;
  const pool = openFunctionPool(functionSettings("forwarder", settings));
  const replayer = localFunction(functionSettings("replayer", settings));
  const delays = subscriptionDelays(model, settings.seed);
  const nextId = eventIds(Date.now());
  const deliveryOf = new Map<number, Delivery>();
  const underway = new Set<Promise<void>>();
  const ended = new AbortController();
  let handedOver = Promise.resolve();
  const tally = emptyTally(settings.memoryMb, model.get("lambda.mbPerVcpu"));
  const replays: { startMs: number; endMs: number; addedMs: number }[] = [];

  const pass = async (lines: readonly DriverLine[], cutAtMs: number) => {
    tally.ingestedBytes += lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + EVENT_OVERHEAD_BYTES, 0);
    await sleep(model.get("ingestion.delayMs"), undefined, { signal: ended.signal });
    const ingestedAtMs = Date.now();
    const before = handedOver;
    const { promise, resolve } = Promise.withResolvers<void>();
    handedOver = promise;
    // Assumed: of one stream, no delivery is handed to Lambda before an earlier one.
    await Promise.all([sleep(delays(), undefined, { signal: ended.signal }), before]);
    resolve();
    const delivery: Delivery = { lines, cutAtMs, ingestedAtMs, deliveredAtMs: Date.now(), attempts: [] };
    for (const { seq } of lines) deliveryOf.set(seq, delivery);
    const events = lines.map(({ text, readAtMs }) => ({ id: nextId(), timestamp: readAtMs, message: text }));
    await invokeUntilTaken(subscriptionEvent(STREAM, events), delivery);
  };
  const invokeUntilTaken = async (event: unknown, { attempts }: Delivery) => {
    while (attempts.length < MAX_ATTEMPTS && !ended.signal.aborted) {
      const attempt = await pool.invoke(event);
      attempts.push(attempt);
      tallyInvocation(tally, attempt.invoked);
      if (attempt.invoked.outcome.status === "returned") return;
    }
  };
  const driver = openAwslogsDriver(model, (lines, cutAtMs) => {
    // Cut short when the run ends: nobody waits for it then.
    const passing = pass(lines, cutAtMs).catch((error: Error) => {
      if (error.name !== "AbortError") tally.problems.push(error.message);
    });
    underway.add(passing);
    passing.finally(() => underway.delete(passing));
  });
  const replay = async () => {
    for (let i = 0; i < MAX_REPLAYS && tally.replayed < tally.stored && !ended.signal.aborted; i++) {
      const startMs = Date.now();
      const lastStoredMs = Math.max(...[...deliveryOf.values()].map(({ attempts }) => attempts.at(-1)?.endMs ?? 0));
      const invoked = await replayer.invoke({});
      const { outcome } = invoked;
      tallyInvocation(tally, invoked);
      if (outcome.status === "returned") tally.replayed += (outcome.value as { delivered: number }).delivered;
      // On average an object waits for half an interval.
      const addedMs = Math.max(0, lastStoredMs + model.get("replay.intervalMs") / 2 - startMs);
      replays.push({ startMs, endMs: Date.now(), addedMs });
    }
  };

  const end = async () => {
    driver.close();
    ended.abort();
    await Promise.all([pool.close(), replayer.kill()]);
  };

  return {
    info: LAMBDA_PATH,
    write: ({ seq, text }) => driver.write({ seq, text, readAtMs: Date.now() }),
    disrupt: async () => {
      await pool.killRunning();
      tally.notes.push("a sandbox was killed in the middle of an invocation");
    },
    settle: async (deadlineMs) => {
      driver.close();
      while (underway.size > 0 && Date.now() < deadlineMs) {
        await Promise.race([Promise.all(underway), sleep(Math.max(0, deadlineMs - Date.now()))]);
      }
      await replay();
    },
    stop: end,
    kill: end,
    journey: (line, headersAtMs, arrivedAtMs) =>
      journeyOf(deliveryOf.get(line.seq), line.dueMs, headersAtMs, arrivedAtMs, replays, model),
    usage: () => usageOf(tally, pool.sandboxes()),
    notes: () => notesOf(tally, pool.sandboxes()),
    problem: () => tally.problems[0],
  };
}

function functionSettings(name: "forwarder" | "replayer", settings: LambdaPathSettings) {
  return {
    functionName: name,
    bundle: fileURLToPath(new URL(`../../dist/${name}/index.mjs`, import.meta.url)),
    environment: {
      [ENV.apiKeySecretArn]: "api-key",
      [ENV.host]: settings.recorder.host,
      [ENV.port]: String(settings.recorder.port),
      [ENV.noSsl]: "true",
      // As to Datadog's own hosts.
      [ENV.compression]: "zstd",
      [ENV.bucket]: settings.bucket,
      AWS_ENDPOINT_URL_S3: settings.s3Endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: settings.secretsEndpoint,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "local",
    },
    timeoutMs: TIMEOUT_MS,
    memoryMb: settings.memoryMb,
  };
}

function journeyOf(
  delivery: Delivery | undefined,
  dueMs: number,
  headersAtMs: number,
  arrivedAtMs: number,
  replays: readonly { readonly startMs: number; readonly addedMs: number }[],
  model: Model,
): Journey {
  if (!delivery) return { stagesMs: {}, addedMs: 0 };
  const { cutAtMs, ingestedAtMs, deliveredAtMs, attempts } = delivery;
  // The attempt that sent it is the last that had begun by then, or is under way still.
  const begun = attempts.filter(({ startMs }) => startMs <= headersAtMs);
  const attempt = begun.at(-1) ?? attempts[0];
  const retries = Math.max(0, begun.length - 1);
  const startMs = attempt?.startMs ?? headersAtMs;
  const retryWaitMs = retries * model.get("lambda.retryDelayMs");
  const replayed = replays.findLast((one) => one.startMs <= headersAtMs);
  const replayWaitMs = replayed?.addedMs ?? 0;
  const leftForwarderMs = replayed ? (attempt?.endMs ?? headersAtMs) : headersAtMs;
  return {
    addedMs: retryWaitMs + replayWaitMs,
    stagesMs: {
      driver: cutAtMs - dueMs,
      ingestion: ingestedAtMs - cutAtMs,
      subscription: deliveredAtMs - ingestedAtMs,
      start: startMs - deliveredAtMs,
      forwarder: leftForwarderMs - startMs,
      again: headersAtMs - leftForwarderMs + retryWaitMs + replayWaitMs,
      network: arrivedAtMs - headersAtMs,
    },
  };
}

const usageOf = (tally: Tally, coldStarts: number) => ({
  cpuSeconds: tally.cpuMs / 1_000,
  peakMemoryMb: tally.peakMemoryMb,
  lambda: {
    memoryMb: tally.memoryMb,
    invocations: tally.invocations,
    coldStarts: Math.max(coldStarts, tally.coldStarts),
    billedMs: tally.billedMs,
    ingestedBytes: tally.ingestedBytes,
    storedLines: tally.stored,
    replayedLines: tally.replayed,
  },
});

function notesOf(tally: Tally, sandboxes: number): string[] {
  return [
    ...tally.notes,
    `${sandboxes} sandbox${sandboxes === 1 ? "" : "es"} at once at most`,
    ...(tally.stored > 0 ? [`${tally.stored} lines went to the store, ${tally.replayed} of them were replayed`] : []),
    ...(tally.failed > 0 ? [`${tally.failed} invocations failed and were tried again`] : []),
  ];
}
