import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ENV } from "../../functions/settings/environment.ts";
import { EVENT_OVERHEAD_BYTES, eventIds, type SubscriptionEvent, subscriptionEvent } from "../../tools/cloudwatch.ts";
import { localFunction } from "../../tools/lambda/lambda-process.ts";
import type { Model } from "../modelled.ts";
import type { Journey, RunningPath } from "../path.ts";
import type { PathInfo } from "../result.ts";
import type { Call } from "./awslogs-driver.ts";
import { drawLatency } from "./draw-latency.ts";
import { openFunctionPool, type PooledInvocation } from "./function-pool.ts";
import { emptyTally, notesOf, tallyInvocation, usageOf } from "./lambda-usage.ts";
import { drawWaits } from "./modelled-waits.ts";
import { replaySchedule } from "./replay-schedule.ts";
import { type DriverLine, runDriver } from "./running-driver.ts";

export interface ForwarderPathSettings {
  readonly recorder: { readonly host: string; readonly port: number };
  /** What its TLS is known by; without one it speaks none. */
  readonly caFile?: string;
  readonly s3Endpoint: string;
  readonly secretsEndpoint: string;
  readonly bucket: string;
  readonly memoryMb: number;
  readonly model: Model;
  readonly seed: number;
}

const TIMEOUT_MS = 60_000;
const STREAM = {
  account: "111122223333",
  logGroup: "/ecs/comparison",
  logStream: "app/app/0c7a3b5e9d2f4a618b7c5d4e3f2a1b09",
};

/** One call of the driver on its way through CloudWatch Logs and Lambda. Unix times in ms. */
export interface Delivery {
  readonly lines: readonly DriverLine[];
  readonly cutAtMs: number;
  readonly ingestedAtMs: number;
  /** CloudWatch Logs hands it over. */
  readonly deliveredAtMs: number;
  /** Lambda gets it, where something is between. @default when it was handed over */
  receivedAtMs?: number;
  readonly attempts: PooledInvocation[];
}

export interface HandOverUse {
  readonly model: Model;
  /** Runs the forwarder, and counts it. */
  readonly invoke: (event: unknown) => Promise<PooledInvocation>;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
}

/** What is between CloudWatch Logs and the function. */
export interface HandOver {
  readonly info: PathInfo;
  /** How long an attempt waits that is not waited for here, ms. It is added to the latency. */
  readonly retryWaitMs: (model: Model) => number;
  /** @returns what takes a delivery, and resolves when there is no more trying. */
  readonly open: (use: HandOverUse) => (delivery: Delivery, event: SubscriptionEvent) => Promise<void>;
}

/** The built forwarder behind a model of what AWS does between container and function. */
export function openForwarderPath(settings: ForwarderPathSettings, handOver: HandOver): RunningPath {
  const { model, seed } = settings;
  const pool = openFunctionPool(functionSettings("forwarder", settings));
  const replayer = localFunction(functionSettings("replayer", settings));
  const waits = drawWaits(model, seed);
  const nextId = eventIds(Date.now());
  const deliveryOf = new Map<number, Delivery>();
  const bytesOf: number[] = [];
  /** Lines that are in the driver, or in a call of it that has not been answered. */
  let inDriver = new Set<number>();
  const underway = new Set<Promise<void>>();
  const ended = new AbortController();
  // One for each call that waits.
  setMaxListeners(0, ended.signal);
  const tally = emptyTally(settings.memoryMb, model.get("lambda.mbPerVcpu"));

  const invoke = async (event: unknown) => {
    const attempt = await pool.invoke(event);
    tallyInvocation(tally, attempt.invoked);
    return attempt;
  };
  const deliver = handOver.open({ model, invoke, signal: ended.signal });
  const pass = async ({ lines, cutAtMs, ingestedAtMs, interval }: Call<DriverLine>, host: AbortSignal) => {
    const handedOverAtMs = waits.handedOverAtMs({ interval, ingestedAtMs });
    await until(ingestedAtMs, AbortSignal.any([ended.signal, host]));
    for (const { seq } of lines) inDriver.delete(seq);
    tally.ingestedBytes += lines.reduce((sum, { bytes }) => sum + bytes + EVENT_OVERHEAD_BYTES, 0);
    await until(handedOverAtMs, ended.signal);
    const delivery: Delivery = { lines, cutAtMs, ingestedAtMs, deliveredAtMs: Date.now(), attempts: [] };
    for (const { seq } of lines) deliveryOf.set(seq, delivery);
    const events = lines.map(({ text, readAtMs }) => ({ id: nextId(), timestamp: readAtMs, message: text }));
    await deliver(delivery, subscriptionEvent(STREAM, events));
  };
  const startHost = (firstTickMs: number) => {
    const died = new AbortController();
    setMaxListeners(0, died.signal);
    const driver = runDriver(model, firstTickMs, (call) => {
      // Cut short when the run or the host ends: nobody waits for it then.
      const passing = pass(call, died.signal).catch((error: Error) => {
        if (error.name !== "AbortError") tally.problems.push(error.message);
      });
      underway.add(passing);
      passing.finally(() => underway.delete(passing));
    });
    return { ...driver, die: () => died.abort() };
  };
  let host = startHost(waits.firstTickMs);

  // A run that finds nothing stored is the cost's affair: here it would take processor time from what is measured.
  const replays = replaySchedule(model.get("replay.intervalMs"), seed, async () => {
    if (tally.stored <= tally.replayed) return undefined;
    const invoked = await replayer.invoke({});
    tallyInvocation(tally, invoked);
    const { outcome } = invoked;
    const delivered = outcome.status === "returned" ? (outcome.value as { delivered: number }).delivered : 0;
    tally.replayed += delivered;
    return delivered === 0;
  });
  const isAtRest = () =>
    inDriver.size === 0 && underway.size === 0 && (tally.stored <= tally.replayed || replays.isVain());

  const loseHost = () => {
    host.abandon();
    host.die();
    tally.lostInModel += inDriver.size;
    tally.notes.push(`the host died with ${inDriver.size} lines in the awslogs driver (modelled)`);
    inDriver = new Set();
    // The next task's driver has ticks of its own; with the same offset they begin anew.
    host = startHost(waits.firstTickMs);
  };
  const end = async () => {
    host.close();
    ended.abort();
    replays.end();
    await Promise.all([pool.close(), replayer.kill()]);
  };

  return {
    info: handOver.info,
    write: ({ seq, text }) => {
      const bytes = Buffer.byteLength(text);
      bytesOf[seq] = bytes;
      // Before the driver has it: it may go out at once.
      inDriver.add(seq);
      if (host.write({ seq, text, bytes, readAtMs: Date.now() })) return;
      inDriver.delete(seq);
      tally.dropped += 1;
      tally.lostInModel += 1;
    },
    disrupt: async (how) => {
      if (how === "host-lost") return loseHost();
      await pool.killRunning();
      tally.notes.push("a sandbox was killed in the middle of an invocation");
    },
    settle: async ({ allArrived, quietMs, patienceMs = Number.POSITIVE_INFINITY }) => {
      while (!allArrived() && !isAtRest() && quietMs() < patienceMs) await sleep(POLL_MS);
    },
    stop: end,
    kill: end,
    journey: (line, headersAtMs, arrivedAtMs) =>
      journeyOf(deliveryOf.get(line.seq), line.dueMs, headersAtMs, arrivedAtMs, handOver.retryWaitMs(model)),
    draw: {
      stages: DRAWN_STAGES,
      again: (lines, warmUpMs) => {
        const sized = lines.map((line, seq) => ({ ...line, bytes: bytesOf[seq] ?? 0 }));
        const { lines: stagesMs, ...ranges } = drawLatency(sized, { model, seed, warmUpMs });
        return { ranges, stagesMs };
      },
    },
    usage: () => usageOf(tally, pool.sandboxes()),
    lostInModel: () => tally.lostInModel,
    notes: () => notesOf(tally, pool.sandboxes()),
    problem: () => tally.problems[0],
  };
}

const DRAWN_STAGES = ["driver", "ingestion", "subscription"] as const;
const POLL_MS = 100;

const until = (atMs: number, signal: AbortSignal) => sleep(Math.max(0, atMs - Date.now()), undefined, { signal });

function functionSettings(name: "forwarder" | "replayer", settings: ForwarderPathSettings) {
  return {
    functionName: name,
    bundle: fileURLToPath(new URL(`../../dist/${name}/index.mjs`, import.meta.url)),
    environment: {
      [ENV.apiKeySecretArn]: "api-key",
      [ENV.host]: settings.recorder.host,
      [ENV.port]: String(settings.recorder.port),
      ...(settings.caFile === undefined ? { [ENV.noSsl]: "true" } : { NODE_EXTRA_CA_CERTS: settings.caFile }),
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
  retryDelayMs: number,
): Journey {
  if (!delivery) return { stagesMs: {}, addedMs: 0 };
  const { cutAtMs, ingestedAtMs, deliveredAtMs, receivedAtMs, attempts } = delivery;
  // The attempt that sent it is the last that had begun by then, or is under way still.
  const begun = attempts.filter(({ startMs }) => startMs <= headersAtMs);
  const attempt = begun.at(-1) ?? attempts[0];
  const startMs = attempt?.startMs ?? headersAtMs;
  const retryWaitMs = Math.max(0, begun.length - 1) * retryDelayMs;
  // What comes after the attempt's end is a replay.
  const leftForwarderMs = Math.min(headersAtMs, attempt?.endMs ?? headersAtMs);
  return {
    addedMs: retryWaitMs,
    stagesMs: {
      driver: cutAtMs - dueMs,
      ingestion: ingestedAtMs - cutAtMs,
      subscription: deliveredAtMs - ingestedAtMs,
      ...(receivedAtMs !== undefined && { stream: receivedAtMs - deliveredAtMs }),
      start: startMs - (receivedAtMs ?? deliveredAtMs),
      forwarder: leftForwarderMs - startMs,
      again: headersAtMs - leftForwarderMs + retryWaitMs,
      network: arrivedAtMs - headersAtMs,
    },
  };
}
