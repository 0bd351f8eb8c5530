/**
 * Runs inside the function's process, in the place of Lambda's own runtime: loads the bundle once, then takes one
 * invocation at a time from the parent. Started by `lambda-process.ts`.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** From the parent. */
export interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  readonly deadlineMs: number;
}

export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** To the parent. */
export type FromFunction =
  /** `cpuMs`: of the process from its start on. */
  | { readonly kind: "ready"; readonly initMs: number; readonly cpuMs: number }
  | { readonly kind: "initError"; readonly error: ErrorFields }
  | { readonly kind: "result"; readonly value: unknown; readonly usage: Usage }
  | { readonly kind: "error"; readonly error: ErrorFields; readonly usage: Usage };

export interface Usage {
  /** Wall time of the handler alone. */
  readonly wallMs: number;
  /** CPU time of this invocation, user and system. */
  readonly cpuMs: number;
  /** How much of the wall time its main thread waited for a processor; left out where the system does not tell. */
  readonly waitedMs?: number;
  /** The most memory the process has had so far. */
  readonly maxRssMb: number;
}

/** Ends each invocation's output, so that the parent knows it has all of it. */
export const END_OF_OUTPUT = "\0end\n";

const fields = (error: unknown): ErrorFields =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error) };

async function main(bundle: string): Promise<void> {
  // A terminal sends Ctrl-C to the whole group; it is for the parent to decide what ends.
  process.on("SIGINT", () => undefined);
  // Kept-alive connections would hold the process.
  process.on("disconnect", () => process.exit());
  const initStart = performance.now();
  let handler: (event: unknown, context: unknown) => unknown;
  try {
    ({ handler } = await import(pathToFileURL(bundle).href));
  } catch (error) {
    answer({ kind: "initError", error: fields(error) });
    return;
  }
  const { user, system } = process.cpuUsage();
  answer({ kind: "ready", initMs: performance.now() - initStart, cpuMs: (user + system) / 1_000 });

  process.on("message", async ({ event, requestId, deadlineMs }: Invocation) => {
    const waitedBefore = waitedForCpuMs();
    const cpuBefore = process.cpuUsage();
    const startMs = performance.now();
    const usage = (): Usage => {
      const { user, system } = process.cpuUsage(cpuBefore);
      const wallMs = performance.now() - startMs;
      const waitedMs = waitedForCpuMs() - waitedBefore;
      return {
        wallMs,
        cpuMs: (user + system) / 1_000,
        ...(Number.isFinite(waitedMs) && { waitedMs }),
        maxRssMb: peakMb(),
      };
    };
    try {
      const value = await handler(event, contextOf(requestId, deadlineMs));
      const used = usage();
      // What JSON can't hold fails the invocation, as in Lambda.
      answer({ kind: "result", value: value === undefined ? value : JSON.parse(JSON.stringify(value)), usage: used });
    } catch (error) {
      answer({ kind: "error", error: fields(error), usage: usage() });
    }
  });
}

/** So far. https://docs.kernel.org/scheduler/sched-stats.html (2026-11) */
function waitedForCpuMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    // Not Linux, or a kernel without it.
    return Number.NaN;
  }
}

/** Of this process alone: what `resourceUsage` tells counts its parent's memory, too, from before the program was loaded. */
function peakMb(): number {
  try {
    const peakKb = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (peakKb !== undefined) return Number(peakKb) / 1_024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1_024;
}

function answer(message: FromFunction): void {
  process.stdout.write(END_OF_OUTPUT);
  process.stderr.write(END_OF_OUTPUT);
  process.send?.(message);
}

/** What the handler learns of the invocation. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(awsRequestId: string, deadlineMs: number) {
  const { AWS_REGION, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
  return {
    awsRequestId,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${AWS_REGION}:000000000000:function:${AWS_LAMBDA_FUNCTION_NAME}`,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: `/aws/lambda/${AWS_LAMBDA_FUNCTION_NAME}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

if (import.meta.main) await main(process.argv[2] ?? "");
