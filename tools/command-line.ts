import { UsageError } from "./arguments.ts";
import { endOnClosedPipe } from "./closed-pipe.ts";

interface Ended {
  /** @default 2 */
  readonly exitCode?: number;
  /** Behind the message, in a line of its own. */
  readonly advice?: string;
}

/**
 * Runs a command. What it was called wrongly with, and what else is expected to fail, is told without a stack trace.
 * @param command as a person types it: `npm run rules`
 * @param closedPipe exit code when the reader of the output has gone: 1 if something is left undone then
 * @param run does it; a number that it gives, or promises, is the exit code
 * @param expected how an error that is expected ends it; undefined for all others, which are defects
 */
export async function commandLine(
  command: string,
  closedPipe: 0 | 1,
  run: () => unknown,
  expected: (error: unknown) => Ended | undefined = () => undefined,
): Promise<void> {
  endOnClosedPipe(closedPipe);
  try {
    const exitCode = await run();
    if (typeof exitCode === "number") process.exitCode = exitCode;
  } catch (error) {
    const ended: Ended | undefined =
      error instanceof UsageError ? { advice: `See ${command} -- --help.` } : expected(error);
    if (!ended) throw error;
    const { exitCode = 2, advice } = ended;
    process.stderr.write(`${(error as Error).message}\n${advice === undefined ? "" : `${advice}\n`}`);
    process.exitCode = exitCode;
  }
}
