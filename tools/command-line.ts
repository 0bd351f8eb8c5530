import { didYouMean, UsageError } from "./arguments.ts";
import { endOnClosedPipe } from "./closed-pipe.ts";
import { FileError } from "./file-error.ts";

interface Ended {
  /** @default 2 */
  readonly exitCode?: number;
  /** Behind the message, in a line of its own. */
  readonly advice?: string;
}

/** How an error that is expected ends a command; undefined for all others, which are defects. */
type Expected = (error: unknown) => Ended | undefined;

/**
 * Runs a command. What it was called wrongly with, and what else is expected to fail, is told without a stack trace.
 * @param command as a person types it: `npm run rules`, `npm run compare -- cost`
 * @param closedPipe exit code when the reader of the output has gone: 1 if something is left undone then
 * @param run does it; a number that it gives, or promises, is the exit code
 */
export async function commandLine(
  command: string,
  closedPipe: 0 | 1,
  run: () => unknown,
  expected: Expected = () => undefined,
): Promise<void> {
  endOnClosedPipe(closedPipe);
  try {
    const exitCode = await run();
    if (typeof exitCode === "number") process.exitCode = exitCode;
  } catch (error) {
    const ended = endOf(error, command) ?? expected(error);
    if (!ended) throw error;
    const { exitCode = 2, advice } = ended;
    process.stderr.write(`${(error as Error).message}\n${advice === undefined ? "" : `${advice}\n`}`);
    process.exitCode = exitCode;
  }
}

/** Of what can happen to every command. */
function endOf(error: unknown, command: string): Ended | undefined {
  if (error instanceof FileError) return { exitCode: 1 };
  if (!(error instanceof UsageError)) return undefined;
  // npm takes only what is behind the first " -- " for ours.
  return { advice: `See ${command}${command.includes(" -- ") ? "" : " --"} --help.` };
}

/** Loaded when asked for: the SDKs of one command are no load on another. @returns what promises the exit code */
export type Subcommand = () => Promise<(args: readonly string[]) => Promise<number>>;

interface Subcommands {
  readonly command: string;
  readonly help: string;
  readonly subcommands: Readonly<Record<string, Subcommand>>;
  /** The one that runs if none is named. Without it, one must be named. */
  readonly usual?: string;
  readonly expected?: Expected;
}

/** Runs that of a tool's commands which the arguments name first. What is wrong in its options leads to its own help. */
export async function subcommandLine(
  { command, help, subcommands, usual, expected }: Subcommands,
  args: readonly string[],
): Promise<void> {
  const [first = usual] = args;
  if (first === "--help" || first === "-h") return commandLine(command, 1, () => void process.stdout.write(help));
  const isNamed = first === args[0] && !first?.startsWith("-");
  const name = isNamed ? first : usual;
  const load = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (name === undefined || !load) return commandLine(command, 1, () => Promise.reject(unknown(name, subcommands)));
  const run = async () => (await load())(isNamed ? args.slice(1) : args);
  return commandLine(`${command} -- ${name}`, 1, run, expected);
}

function unknown(name: string | undefined, subcommands: Readonly<Record<string, unknown>>): UsageError {
  const names = Object.keys(subcommands);
  if (name === undefined) return new UsageError(`Name a command: ${names.join(", ")}.`);
  return new UsageError(
    `There is no command "${name}"${didYouMean(name, names)}\nThe commands are ${names.join(", ")}.`,
  );
}
