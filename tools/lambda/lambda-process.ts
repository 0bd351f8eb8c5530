import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { END_OF_OUTPUT, type ErrorFields, type FromFunction, type Invocation, type Usage } from "./lambda-bootstrap.ts";

export interface FunctionSettings {
  readonly functionName: string;
  /** Absolute path of the built `index.mjs`. */
  readonly bundle: string;
  /** All the function sees, besides what Lambda sets itself. Nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Further options of Node's, for measuring. */
  readonly nodeOptions?: readonly string[];
  /** What is started instead of this Node, with its arguments. @default this Node */
  readonly execPath?: string;
}

export interface Invoked {
  readonly requestId: string;
  readonly outcome:
    | { readonly status: "returned"; readonly value: unknown }
    /** Thrown by the handler, or by Lambda: `Sandbox.Timedout`, `Runtime.ExitError`. */
    | { readonly status: "failed"; readonly error: ErrorFields };
  /** Wall time of the handler, as Lambda would bill it, without init. */
  readonly durationMs: number;
  /** Set if a sandbox had to be started: from the start of its process to the handler being loaded. */
  readonly initMs?: number;
  /** CPU time of that start, user and system; left out if it failed. */
  readonly initCpuMs?: number;
  readonly usage?: Usage;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LocalFunction {
  /** Runs the handler. Invocations wait for each other: a sandbox has one at a time. */
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Ends the sandbox without warning, as Lambda may. The next invocation starts another. */
  readonly kill: () => Promise<void>;
  /** Lets the sandbox end by itself, so that Node writes what its options ask for. */
  readonly end: () => Promise<void>;
}

/**
 * A built function in a process of its own, run the way Lambda does: init once, one invocation at a time, its
 * environment alone, frozen between invocations (SIGSTOP), killed when it exceeds its timeout.
 */
export function localFunction(settings: FunctionSettings): LocalFunction {
  let sandbox: Sandbox | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const kill = async () => {
    const killed = sandbox;
    sandbox = undefined;
    await killed?.kill();
  };
  const invokeNow = async (event: unknown): Promise<Invoked> => {
    const requestId = randomUUID();
    let current = sandbox;
    let cold: { readonly initMs: number; readonly initCpuMs?: number; readonly written: Output } | undefined;
    if (!current?.alive()) {
      const starting = performance.now();
      current = sandbox = startSandbox(settings);
      const { failed, cpuMs: initCpuMs, ...written } = await current.init();
      cold = { initMs: performance.now() - starting, ...(initCpuMs !== undefined && { initCpuMs }), written };
      if (failed) {
        await current.kill();
        return { requestId, durationMs: 0, initMs: cold.initMs, outcome: failed, ...written };
      }
    }
    const begunMs = performance.now();
    const invoked = await current.run({ event, requestId, deadlineMs: Date.now() + settings.timeoutMs });
    const durationMs = performance.now() - begunMs;
    if (!cold) return { requestId, durationMs, ...invoked };
    const { written, ...start } = cold;
    const stdout = written.stdout + invoked.stdout;
    const stderr = written.stderr + invoked.stderr;
    return { requestId, durationMs, ...start, ...invoked, stdout, stderr };
  };
  return {
    invoke: (event) => {
      const result = queue.then(() => invokeNow(event));
      queue = result.catch(() => undefined);
      return result;
    },
    kill,
    end: async () => {
      const ended = sandbox;
      sandbox = undefined;
      await ended?.end();
    },
  };
}

type Sandbox = ReturnType<typeof startSandbox>;

function startSandbox(settings: FunctionSettings) {
  const { functionName, bundle, environment, timeoutMs, memoryMb, nodeOptions = [], execPath } = settings;
  const child = fork(fileURLToPath(new URL("./lambda-bootstrap.ts", import.meta.url)), [bundle], {
    // What the managed runtime gives V8 of a function's memory.
    execArgv: [
      `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
      `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
      ...nodeOptions,
    ],
    ...(execPath !== undefined && { execPath }),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      TZ: ":UTC",
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    },
  });
  child.stdout?.setEncoding("utf8");
  child.stderr?.setEncoding("utf8");
  // A frozen process would outlive this one.
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const exited = once(child, "exit").finally(() => process.off("exit", killAtExit));
  const alive = () => child.exitCode === null && child.signalCode === null;
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };

  const end = async () => {
    child.kill("SIGCONT");
    child.disconnect();
    await exited;
  };

  /** The next message and what was written until it, or what Lambda would say of a process that ended without one. */
  const answerWithin = async (limitMs: number): Promise<{ answer?: FromFunction; error: ErrorFields } & Output> => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, limitMs);
    const output = Promise.all([collectOutput(child, "stdout"), collectOutput(child, "stderr")]);
    const answer = await Promise.race([
      once(child, "message").then(([message]) => message as FromFunction),
      exited.then(() => undefined),
    ]);
    const [stdout, stderr] = await output;
    clearTimeout(timer);
    const error = timedOut
      ? { name: "Sandbox.Timedout", message: `Task timed out after ${(limitMs / 1_000).toFixed(2)} seconds` }
      : { name: "Runtime.ExitError", message: "the process ended without an answer" };
    return { answer, error, stdout, stderr };
  };

  /** `failed`: what went wrong, if the handler is not there. */
  const init = async () => {
    const { answer, error, stdout, stderr } = await answerWithin(MAX_INIT_MS);
    if (answer?.kind === "ready") return { cpuMs: answer.cpuMs, stdout, stderr };
    const told = answer?.kind === "initError" ? answer.error : error;
    return { failed: { status: "failed", error: told } as const, stdout, stderr };
  };
  const run = async (invocation: Invocation) => {
    // It may have been killed since it was looked at, or is while this is on its way; then the answer says so.
    if (child.connected) {
      child.kill("SIGCONT");
      child.send(invocation, () => undefined);
    }
    const { answer, error, stdout, stderr } = await answerWithin(timeoutMs);
    if (answer?.kind === "result" || answer?.kind === "error") {
      child.kill("SIGSTOP");
      const outcome =
        answer.kind === "result"
          ? ({ status: "returned", value: answer.value } as const)
          : ({ status: "failed", error: answer.error } as const);
      return { outcome, usage: answer.usage, stdout, stderr };
    }
    return { outcome: { status: "failed", error } as const, stdout, stderr };
  };
  return { alive, init, run, kill, end };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (2026-11) */
const MAX_INIT_MS = 10_000;

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** What the function writes until the mark that ends the invocation's output, or until it ends itself. */
function collectOutput(child: ChildProcess, name: "stdout" | "stderr"): Promise<string> {
  const stream = child[name];
  if (!stream || stream.destroyed) return Promise.resolve("");
  return new Promise((resolve) => {
    let text = "";
    const finish = () => {
      stream.off("data", collect).off("close", finish);
      resolve(text.replace(END_OF_OUTPUT, ""));
    };
    const collect = (chunk: string) => {
      text += chunk;
      // More may follow the mark, from a function that goes on after it returned.
      if (text.includes(END_OF_OUTPUT)) finish();
    };
    stream.on("data", collect).on("close", finish);
  });
}
