import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ResultError } from "../result.ts";
import { type ProcessUsage, readProcessUsage } from "./process-usage.ts";

export interface FluentBitSettings {
  readonly file: string;
  readonly configFile: string;
  /** All it sees besides where programs and libraries are. Never shown. */
  readonly environment: Readonly<Record<string, string>>;
  /** Socket files and local ports; it is ready when all take connections. */
  readonly listens: readonly (string | number)[];
  /** How long it may take until then. @default 20 s */
  readonly readyWithinMs?: number;
}

export interface FluentBitProcess {
  readonly pid: number;
  /** SIGTERM, then SIGKILL after so long. Resolves when it has ended. */
  readonly terminate: (graceMs: number) => Promise<void>;
  /** SIGKILL. Resolves when it has ended. */
  readonly kill: () => Promise<void>;
  /** So far, or until it ended. Undefined if the system does not tell. */
  readonly usage: () => ProcessUsage | undefined;
  /** Why it is not running, if nobody ended it. */
  readonly problem: () => string | undefined;
}

const READY_WITHIN_MS = 20_000;
/** Often enough that little is missed of what it does at its end. */
const SAMPLE_INTERVAL_MS = 100;

/**
 * Starts a Fluent Bit, and waits until it listens. It is ended if this process ends, however that happens.
 * @throws ResultError if it ends before that, with its last words, or takes too long.
 */
export async function startFluentBit(settings: FluentBitSettings): Promise<FluentBitProcess> {
  const { file, configFile, environment, listens, readyWithinMs = READY_WITHIN_MS } = settings;
  const { PATH = "", LD_LIBRARY_PATH } = process.env;
  const child = spawn(file, ["-c", configFile], {
    // Its own group: Ctrl-C is for this process, which ends it in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // No proxy of this environment's, above all.
    env: { PATH, ...(LD_LIBRARY_PATH !== undefined && { LD_LIBRARY_PATH }), ...environment },
  });
  const lastWords = keepLastLines(child, Object.values(environment));
  const started = await Promise.race([
    once(child, "spawn").then(() => undefined),
    once(child, "error").then(([error]) => error as Error),
  ]).catch((error: Error) => error);
  if (started) throw new ResultError(`Fluent Bit (${file}) can't be started: ${started.message}.`, { cause: started });
  const running = watch(child, file, lastWords);
  try {
    await untilListening(running, listens, readyWithinMs);
  } catch (error) {
    await running.kill();
    throw error;
  }
  return running;
}

function watch(child: ChildProcess, file: string, lastWords: () => string): FluentBitProcess {
  const pid = child.pid as number;
  const guard = killWithParent(pid);
  let usage = readProcessUsage(pid);
  const sample = () => {
    usage = readProcessUsage(pid) ?? usage;
  };
  const sampler = setInterval(sample, SAMPLE_INTERVAL_MS).unref();
  let isWanted = true;
  let problem: string | undefined;
  // 'close' comes after its last words, unlike 'exit'.
  const ended = once(child, "close").then(([code, signal]) => {
    guard.kill("SIGKILL");
    clearInterval(sampler);
    if (!isWanted) return;
    const how = signal === null ? `exit code ${code}` : `${signal}`;
    problem = `Fluent Bit (${file}) ended by itself, ${how}. Its last lines: ${lastWords() || "none"}`;
  });
  const end = async (signal: NodeJS.Signals) => {
    isWanted = false;
    child.kill(signal);
    await ended;
  };
  return {
    pid,
    terminate: async (graceMs) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await end("SIGTERM");
      clearTimeout(timer);
    },
    kill: () => end("SIGKILL"),
    usage: () => {
      sample();
      return usage;
    },
    problem: () => problem,
  };
}

/**
 * A shell that waits for the end of its input, which this process holds: even SIGKILL closes it. Then it ends the other.
 */
function killWithParent(pid: number): ChildProcess {
  const script = 'trap "" INT TERM HUP; read -r _; kill -KILL "$0" 2>/dev/null';
  const guard = spawn("/bin/sh", ["-c", script, String(pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell the other still ends in order when this process does.
  guard.on("error", () => undefined);
  guard.unref();
  return guard;
}

async function untilListening(
  { problem }: FluentBitProcess,
  listens: readonly (string | number)[],
  withinMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  const left = [...listens];
  while (left[0] !== undefined) {
    if (await takesConnections(left[0])) left.shift();
    else await sleep(20);
    const told = problem();
    if (told) throw new ResultError(told);
    if (performance.now() > giveUpAt && left.length > 0) {
      throw new ResultError(`Fluent Bit does not listen after ${withinMs / 1_000} s: is the machine overloaded?`);
    }
  }
}

function takesConnections(place: string | number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof place === "string" ? net.connect(place) : net.connect(place, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

const KEPT_LINES = 12;
const KEPT_CHARACTERS = 8_192;

/** What it wrote last: its own log, which has no text of the logs it carries. Secrets are taken out all the same. */
function keepLastLines({ stdout, stderr }: ChildProcess, secrets: readonly string[]): () => string {
  let text = "";
  const keep = (chunk: string) => {
    text = (text + chunk).slice(-KEPT_CHARACTERS);
  };
  stdout?.setEncoding("utf8").on("data", keep);
  stderr?.setEncoding("utf8").on("data", keep);
  return () => {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const last = lines.slice(-KEPT_LINES).join(" | ");
    return secrets.filter((secret) => secret !== "").reduce((told, secret) => told.replaceAll(secret, "***"), last);
  };
}
