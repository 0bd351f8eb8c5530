import { readArguments, UsageError } from "../arguments.ts";

export const HELP = `Runs the built functions the way Lambda does and shows where every log event
went.

Usage: npm start [-- --verbose]                a tour: deliveries, an outage, a
new API key
       npm start -- --file app.log [options]   your own lines, one event a line;
                                               - reads standard input

  --verbose           each delivery of the tour, and the first entries
  --file FILE         lines to send; empty ones are left out, as the awslogs
                      driver does
  --log-group NAME    log group they come from (default /ecs/my-service)
  --log-stream NAME   log stream (default
                      app/app/0123456789abcdef0123456789abcdef)
  --to recorder       a stand-in for Datadog's intake on this machine (default)
  --to datadog        the real intake: needs --file and DD_API_KEY, takes
                      DD_SITE
  --help              this text

Settings (DD_TAGS, DD_ENV, DD_SERVICE, DD_SOURCE, DD_COMPRESSION …) are read
from the environment. Exit code: 0 if every event is accounted for (with --file:
was delivered), 1 if not, 2 if it was called wrongly, 130 after Ctrl-C.
`;

export interface TourOptions {
  readonly tour: true;
  readonly verbose: boolean;
}

export interface LineOptions {
  readonly file: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly to: "recorder" | "datadog";
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): TourOptions | LineOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      file: { type: "string" },
      "log-group": { type: "string" },
      "log-stream": { type: "string" },
      to: { type: "string", default: "recorder" },
      verbose: { type: "boolean", short: "v", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { file, to, "log-group": logGroup, "log-stream": logStream } = values;
  if (to !== "recorder" && to !== "datadog") throw new UsageError(`--to must be recorder or datadog; it is "${to}".`);
  if (file === undefined && (logGroup !== undefined || logStream !== undefined)) {
    throw new UsageError("--log-group and --log-stream go with --file: the tour's samples have names of their own.");
  }
  if (file === undefined && to === "datadog")
    throw new UsageError("--to datadog needs --file: the tour's samples stay here.");
  if (to === "datadog" && !process.env.DD_API_KEY)
    throw new UsageError("--to datadog needs the environment variable DD_API_KEY.");
  if (file === undefined) return { tour: true, verbose: values.verbose };
  if (values.verbose) throw new UsageError("--verbose is for the tour: with --file each delivery is shown anyway.");
  return {
    file,
    to,
    logGroup: logGroup ?? "/ecs/my-service",
    logStream: logStream ?? "app/app/0123456789abcdef0123456789abcdef",
  };
}
