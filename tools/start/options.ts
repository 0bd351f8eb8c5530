import { readArguments, UsageError } from "../arguments.ts";

export const HELP = `Runs the built forwarder the way Lambda does and shows where every log event went.

Usage: npm start                               sample deliveries to a recorder on this machine
       npm start -- --file app.log [options]   your own lines, one event a line; - reads standard input

  --file FILE         lines to send; empty ones are left out, as the awslogs driver does
  --log-group NAME    log group they come from (default /ecs/my-service)
  --log-stream NAME   log stream (default app/app/0123456789abcdef0123456789abcdef)
  --to recorder       a stand-in for Datadog's intake on this machine (default)
  --to datadog        the real intake: needs --file and DD_API_KEY, takes DD_SITE
  --help              this text

Settings (DD_TAGS, DD_ENV, DD_SERVICE, DD_SOURCE, DD_COMPRESSION …) are read from the environment.
Exit code: 0 if every event was delivered and the numbers add up, 1 if not, 2 if it was called wrongly.
`;

export interface Options {
  readonly file?: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly to: "recorder" | "datadog";
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      file: { type: "string" },
      "log-group": { type: "string" },
      "log-stream": { type: "string" },
      to: { type: "string", default: "recorder" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { file, to, "log-group": logGroup, "log-stream": logStream } = values;
  if (to !== "recorder" && to !== "datadog") throw new UsageError(`--to must be recorder or datadog; it is "${to}".`);
  if (file === undefined && (logGroup !== undefined || logStream !== undefined)) {
    throw new UsageError("--log-group and --log-stream go with --file: the samples have names of their own.");
  }
  if (file === undefined && to === "datadog") throw new UsageError("--to datadog needs --file: the samples stay here.");
  if (to === "datadog" && !process.env.DD_API_KEY)
    throw new UsageError("--to datadog needs the environment variable DD_API_KEY.");
  return {
    file,
    to,
    logGroup: logGroup ?? "/ecs/my-service",
    logStream: logStream ?? "app/app/0123456789abcdef0123456789abcdef",
  };
}
