import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FaultPlan } from "../../functions/recorder/faults.ts";
import type {
  FromIntakes,
  IntakeArrival,
  IntakeSettings,
  IntakeSummary,
  ReadyIntakes,
  ToIntakes,
} from "./intake-process.ts";

export interface Intakes extends ReadyIntakes {
  /** From now on, on every path alike; undefined: all is well again. */
  readonly setFaults: (plan: FaultPlan | undefined) => void;
  /** From now on counts how late they are. */
  readonly loadBegins: () => void;
  readonly summary: () => Promise<IntakeSummary>;
  /** Why it ended, if it ended by itself. */
  readonly problem: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** Starts a recorder for each path in a process of their own. Fails if it ends before it is ready. */
export async function startIntakes(
  settings: IntakeSettings,
  onArrival: (arrival: IntakeArrival) => void,
): Promise<Intakes> {
  const child = fork(fileURLToPath(new URL("./intake-process.ts", import.meta.url)), { serialization: "advanced" });
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  let ended: string | undefined;
  let stopping = false;
  const exited = once(child, "exit").then(([code, signal]) => {
    process.off("exit", killAtExit);
    if (!stopping) ended = `the recorder ended by itself (${signal ?? `exit code ${code}`})`;
  });
  const waiting: ((summary: IntakeSummary) => void)[] = [];
  const tell = (message: ToIntakes) => {
    // It may have ended just now: its exit tells, not what could not be sent to it.
    if (child.connected) child.send(message, () => undefined);
  };
  const ready = new Promise<ReadyIntakes>((resolve, reject) => {
    child.on("message", (message: FromIntakes) => {
      if (message.kind === "arrival") onArrival(message);
      else if (message.kind === "ready") resolve(message);
      else waiting.shift()?.(message);
    });
    exited.then(() => reject(new Error(`${ended}, before it was ready`)));
  });
  tell({ kind: "open", settings });
  const { recorders, s3Endpoint, buckets, secretsEndpoint } = await ready;
  return {
    recorders,
    s3Endpoint,
    buckets,
    secretsEndpoint,
    setFaults: (plan) => tell({ kind: "faults", plan }),
    loadBegins: () => tell({ kind: "load-begins" }),
    summary: () => {
      const answer = new Promise<IntakeSummary>((resolve) => waiting.push(resolve));
      tell({ kind: "summary" });
      return Promise.race([answer, exited.then(() => NO_SUMMARY)]);
    },
    problem: () => ended,
    stop: async () => {
      stopping = true;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

const NO_SUMMARY: IntakeSummary = { paths: {}, watch: { p99Ms: 0, maxMs: 0, refused: 0 } };
