import { readArguments, UsageError } from "../../arguments.ts";
import { INTERRUPTED, onInterrupt, say } from "../../progress.ts";
import { openAccess, withAppKey } from "../access.ts";
import { openDatadogApi } from "../api-client.ts";
import { logSearch } from "../search-logs.ts";
import { countLines, type LoadLines } from "./count-lines.ts";

const HELP = `Counts the lines of a comparison's run that Datadog has, as compare aws
--datadog does at its end.

Usage: npm run datadog -- readback --service NAME --run ID --lines N [options]

  --service NAME   the service whose logs are searched
  --run ID         of the run and its path, as its lines say it (run=ID)
  --lines N        how many lines were written
  --from TIME      when the first was written, such as 2026-11-20T10:00:00Z
                   (default: 24 hours ago)
  --json           the counts as JSON
  --help           this text

Only indexed logs are found. Datadog allows 300 searches an hour; each thousand
lines take one.
Exit code: 0 if all are there, 1 if not, 2 if it was called wrongly, 130 after
Ctrl-C.
`;

const DAY_MS = 86_400_000;

/** `datadog readback`. @returns the exit code */
export async function runReadback(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  const options = parseOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const access = withAppKey(await openAccess(environment));
  const interrupt = onInterrupt("the counting ends.");
  const { signal } = interrupt;
  const onLimit = (what: string, seconds: number) => say(`Datadog limits ${what}; going on in ${seconds} s …`);
  try {
    const search = logSearch(await openDatadogApi(access, { signal, onLimit }));
    const { found, duplicates } = await countLines(search, options.lines, options.fromMs);
    const { written } = options.lines;
    const text = `${found} of ${written} lines are in Datadog, ${duplicates === 0 ? "none" : duplicates} of them more than once.`;
    process.stdout.write(`${options.json ? JSON.stringify({ written, found, duplicates }) : text}\n`);
    return found === written ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    interrupt.release();
  }
}

interface Options {
  readonly lines: LoadLines;
  readonly fromMs: number;
  readonly json: boolean;
}

function parseOptions(args: readonly string[]): Options | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      service: { type: "string" },
      run: { type: "string" },
      lines: { type: "string" },
      from: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { service = "", run = "", lines = "", from } = values;
  // Anything else would change the search.
  if (!/^[\w.-]+$/.test(service)) throw new UsageError("--service NAME is missing, or is no service's name.");
  if (run === "") throw new UsageError("--run ID is missing.");
  if (!/^[1-9]\d{0,6}$/.test(lines)) throw new UsageError("--lines must be a whole number from 1 to 9,999,999.");
  const fromMs = from === undefined ? Date.now() - DAY_MS : Date.parse(from);
  if (Number.isNaN(fromMs))
    throw new UsageError(`--from must be a time such as 2026-11-20T10:00:00Z; it is "${from}".`);
  return { lines: { service, run, written: Number(lines) }, fromMs, json: values.json };
}
