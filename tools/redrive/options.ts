import { readArguments, UsageError } from "../arguments.ts";

export const HELP = `Moves objects under rejected/ in the bucket back to where the replayer finds
them, to be sent again. Shows what is there, and asks first.

Usage: npm run redrive -- --bucket NAME [options]

  --bucket NAME    the forwarder's bucket: output BucketName of its stack
  --prefix PREFIX  only keys that begin so (default rejected/), such as
                   rejected/2026/11/25/
  --since TIME     only objects stored since then: 2026-11-25T08:00:00Z (without
                   a zone it is UTC), or 30m, 6h, 2d ago
  --until TIME     only objects stored until then
  --reason TEXT    only objects whose reason contains this, such as "http 400"
  --yes            does not ask
  --json           the plan, and what was done, as JSON; asks nothing, and
                   without --yes does nothing
  --region NAME    region of the bucket (default: that of your AWS profile)
  --help           this text

Objects go back to undelivered/, and events that Lambda gave up on to
aws/lambda/; the next run of the replayer takes them. Fix the cause first, or
they come back.
Exit code: 0, 1 if something could not be moved, 2 if it was called wrongly, 130
if it was interrupted.
`;

export interface Options {
  readonly bucket: string;
  readonly prefix: string;
  /** When an object was put there, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly reason?: string;
  readonly yes: boolean;
  readonly json: boolean;
  readonly region?: string;
}

const REJECTED = "rejected/";

/** @param now milliseconds since the epoch @throws UsageError */
export function parseOptions(args: readonly string[], now: number): Options | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      bucket: { type: "string" },
      prefix: { type: "string", default: REJECTED },
      since: { type: "string" },
      until: { type: "string" },
      reason: { type: "string" },
      yes: { type: "boolean", short: "y", default: false },
      json: { type: "boolean", default: false },
      region: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { bucket, prefix, since, until, reason, yes, json, region } = values;
  if (!bucket) throw new UsageError("--bucket is missing: the output BucketName of the forwarder's stack.");
  if (!prefix.startsWith(REJECTED)) {
    throw new UsageError(
      `--prefix must begin with ${REJECTED}; it is "${prefix}". What is under undelivered/ and aws/lambda/ goes by itself, and what is under unreadable/ can't be read.`,
    );
  }
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : timeOf("--since", since, now);
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : timeOf("--until", until, now);
  if (sinceMs > untilMs) throw new UsageError("--since must be before --until.");
  return {
    bucket,
    prefix,
    sinceMs,
    untilMs,
    ...(reason !== undefined && { reason }),
    yes,
    json,
    ...(region !== undefined && { region }),
  };
}

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function timeOf(name: string, text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  const [, date, time = "00:00", zone = "Z"] = TIME.exec(text) ?? [];
  const timeMs = Date.parse(`${date}T${time}${zone}`);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UsageError(`${name} must be a time such as 2026-11-25T08:00:00Z, or 30m, 6h or 2d ago; it is "${text}".`);
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:\d\d)?$/;
