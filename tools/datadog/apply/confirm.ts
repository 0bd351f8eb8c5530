import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "../../arguments.ts";

export interface Person {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** Standard output may go into a file: questions are asked beside it. */
export const AT_TERMINAL: Person = { input: process.stdin, output: process.stderr };

/** @throws UsageError if a question would have to be asked, and nobody is there to answer it. */
export function mustBeAskable(yes: boolean, { input, output }: Person = AT_TERMINAL): void {
  if (yes || (input.isTTY && output.isTTY)) return;
  throw new UsageError("There is no terminal to ask in: look at the plan first, then give --yes.");
}

/** Whether the answer is yes. No answer is a no. */
export async function confirmed(
  question: string,
  { input, output }: Person = AT_TERMINAL,
  signal?: AbortSignal,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, signal ? { signal } : {}), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
