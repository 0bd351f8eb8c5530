import { setTimeout } from "node:timers/promises";
import { DeploymentError } from "../../tools/embedded-aws/deployment.ts";

/** One thing to prove. @returns what was seen, in a few words; throws if it does not hold. */
export type Step = readonly [name: string, run: () => Promise<string | Skipped>];

/** It can't be proved here. */
export interface Skipped {
  /** Why, and what would help. */
  readonly skipped: string;
}

export interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Runs steps in turn and prints what each did. The first that fails ends it, since each builds on the state that the
 * one before left; the others count as failed.
 */
export async function runSteps(steps: readonly Step[], print: (line: string) => void): Promise<Result> {
  let skipped = 0;
  for (const [i, [name, run]] of steps.entries()) {
    const start = performance.now();
    const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    try {
      const seen = await run();
      if (typeof seen !== "string") {
        skipped += 1;
        print(`skip  ${name}: ${seen.skipped}`);
        continue;
      }
      print(`ok    ${name}: ${seen} (${seconds()})`);
    } catch (error) {
      print(`FAIL  ${name} (${seconds()})\n${indented(error instanceof Error ? describe(error) : String(error))}`);
      for (const [notRun] of steps.slice(i + 1)) print(`-     ${notRun}: not run`);
      return { passed: i - skipped, failed: steps.length - i, skipped };
    }
  }
  return { passed: steps.length - skipped, failed: 0, skipped };
}

/** What does not hold. Its message tells; a stack trace would not. */
export class StepError extends Error {
  override readonly name = "StepError";
}

export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new StepError(what);
}

/** Waits until it is as it should be. @param describe what it is instead, once there is no more waiting. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  asItShouldBe: (seen: T) => boolean,
  describe: (seen: T) => string,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (asItShouldBe(seen)) return seen;
    if (Date.now() >= deadline) throw new StepError(`${describe(seen)} after ${timeoutMs / 1000} s`);
    await setTimeout(50);
  }
}

/** How often something is done while something else is going on. */
const EVERY_MS = 250;

/** Puts lines for as long as something is going on. @returns them */
export async function whilePutting(
  put: () => Promise<readonly string[]>,
  run: () => Promise<unknown>,
): Promise<string[]> {
  const messages: string[] = [];
  let going = true;
  const putting = (async () => {
    while (going) {
      messages.push(...(await put()));
      await setTimeout(EVERY_MS);
    }
  })();
  try {
    await run();
  } finally {
    going = false;
  }
  await putting;
  return messages;
}

const describe = (error: Error) =>
  error instanceof StepError || error instanceof DeploymentError ? error.message : (error.stack ?? error.message);
const indented = (text: string) => text.replace(/^/gm, "      ");
