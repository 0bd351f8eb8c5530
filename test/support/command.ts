import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when its standard output (or error) holds the text; rejects if it ends before that. */
  readonly says: (text: string, where?: "stdout" | "stderr") => Promise<string>;
  /** Sends a signal to it and all it started, as a terminal does. */
  readonly signal: (name: NodeJS.Signals) => boolean;
  readonly ended: Promise<Ended>;
  /** Whether it or a process that it started is still there. */
  readonly isThere: () => boolean;
}

interface Settings {
  readonly environment?: Readonly<Record<string, string>>;
  /** All of its standard input. `open`: the caller writes to it. */
  readonly input?: string | "open";
}

const { NODE_COMPILE_CACHE } = process.env;
const COMPILED: Readonly<Record<string, string>> = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

const started: Command[] = [];

/** Starts one of our scripts in a process group of its own, with nothing in its environment but what is given and Node's cache. */
export function startCommand(
  script: string,
  args: readonly string[],
  { environment = {}, input = "" }: Settings = {},
): Command {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const env = { ...COMPILED, ...environment };
  const child = spawn(process.execPath, [path, ...args], { env, detached: true, stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // It may end before it has read everything.
  child.stdin.on("error", () => undefined);
  if (input !== "open") child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });

  const command: Command = {
    stdin: child.stdin,
    stdout: child.stdout,
    says: (text, where = "stdout") =>
      new Promise((resolve, reject) => {
        const look = () => {
          const said = where === "stdout" ? stdout : stderr;
          if (said.includes(text)) resolve(said);
        };
        child[where].on("data", look);
        child.on("close", () => reject(new Error(`It ended without saying "${text}": ${stdout}${stderr}`)));
        look();
      }),
    signal: (name) => signalGroup(child.pid as number, name),
    ended,
    isThere: () => signalGroup(child.pid as number, 0),
  };
  started.push(command);
  return command;
}

/** Runs a script to its end. */
export const runCommand = (...[script, args, settings]: Parameters<typeof startCommand>) =>
  startCommand(script, args, settings).ended;

/** For `afterEach`. Ends what is still running, frozen sandboxes that outlived their parent included. */
export async function endCommands(): Promise<void> {
  for (const { signal, ended } of started.splice(0)) {
    signal("SIGKILL");
    await ended;
  }
}

/** Whether there was anyone to get it. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
