import { readArguments, UsageError } from "../arguments.ts";

export const HELP = `Sends the log events that CloudWatch Logs still holds of a period that was
skipped, through the deployed forwarder.

Usage: npm run backfill -- --log-group NAME --from TIME --to TIME [options]

  --log-group NAME     the log group
  --from TIME          start of the period, such as 2026-11-25T08:00:00Z (UTC if
                       no zone is given)
  --to TIME            end of the period, which is not part of it
  --log-stream NAME    only this stream; may be given up to 100 times
  --filter PATTERN     only what matches this filter pattern of CloudWatch Logs
  --function NAME      name or ARN of the forwarder (default: where the log
                       group's subscription leads)
  --rate N             events a second, at most (default 5000)
  --dry-run            counts what would be sent, and sends nothing
  --progress FILE      remembers what was sent (default: a file in this folder,
                       named after the options)
  --region NAME        region of both (default: that of your AWS profile)
  --help               this text

Ctrl-C stops it after the current delivery. Run the same command again to
continue.
Exit code: 0 if all was sent and the numbers add up, 1 if not, 2 if it was
called wrongly, 130 if it was interrupted.
`;

/** What is asked for. Times in milliseconds since the epoch; `to` is behind the last. */
export interface Gap {
  readonly logGroup: string;
  readonly from: number;
  readonly to: number;
  readonly logStreams: readonly string[];
  readonly filter?: string;
}

export interface Options extends Gap {
  readonly functionName?: string;
  readonly ratePerSecond: number;
  readonly dryRun: boolean;
  readonly progressFile?: string;
  readonly region?: string;
}

const DEFAULT_RATE = 5_000;
/** Of FilterLogEvents. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html (2026-11) */
const MAX_STREAMS = 100;

/** @param now milliseconds since the epoch @throws UsageError */
export function parseOptions(args: readonly string[], now: number): Options | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      "log-group": { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      "log-stream": { type: "string", multiple: true, default: [] },
      filter: { type: "string" },
      function: { type: "string" },
      rate: { type: "string", default: String(DEFAULT_RATE) },
      "dry-run": { type: "boolean", default: false },
      progress: { type: "string" },
      region: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { "log-group": logGroup, "log-stream": logStreams, filter, region } = values;
  if (!logGroup) throw new UsageError("--log-group is missing: which log group was skipped?");
  const [from, to] = [timeOf("--from", values.from), timeOf("--to", values.to)];
  if (from >= to) throw new UsageError(`--from must be before --to; it is ${iso(from)}, and --to is ${iso(to)}.`);
  if (to > now) {
    throw new UsageError(
      `--to must not be in the future; it is ${iso(to)}. Give the time from which the subscription works again: what is newer is delivered by it.`,
    );
  }
  if (logStreams.length > MAX_STREAMS) throw new UsageError(`--log-stream can be given ${MAX_STREAMS} times at most.`);
  const rate = /^\d{1,7}$/.test(values.rate) ? Number(values.rate) : 0;
  if (rate < 1) throw new UsageError(`--rate must be a whole number of events a second; it is "${values.rate}".`);
  return {
    logGroup,
    from,
    to,
    logStreams,
    ...(filter !== undefined && { filter }),
    ...(values.function !== undefined && { functionName: values.function }),
    ratePerSecond: rate,
    dryRun: values["dry-run"],
    ...(values.progress !== undefined && { progressFile: values.progress }),
    ...(region !== undefined && { region }),
  };
}

const iso = (time: number) => new Date(time).toISOString();

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

function timeOf(name: string, text: string | undefined): number {
  if (text === undefined) throw new UsageError(`${name} is missing: a time such as 2026-11-25T08:00:00Z.`);
  const [found, zone] = TIME.exec(text) ?? [];
  const dateOnly = text.length === "2026-11-25".length;
  const time = found === undefined ? Number.NaN : Date.parse(dateOnly || zone ? text : `${text.replace(" ", "T")}Z`);
  if (Number.isNaN(time)) throw new UsageError(`${name} must be a time such as 2026-11-25T08:00:00Z; it is "${text}".`);
  return time;
}
