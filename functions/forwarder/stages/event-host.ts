import type { EntryAttributes } from "../../records/entry.ts";
import { type LogEvent, messageOf } from "../../records/event.ts";
import type { HostInEvents } from "../../records/origin.ts";

interface EventHost {
  /** For the documentation. */
  readonly shown: string;
  /** An event without these bytes names no host, and is not parsed. */
  readonly mark: string;
  /** @param event parsed. */
  readonly read: (event: unknown) => unknown;
}

/** Datadog's forwarder reads all but the second in the same place: steps/enrichment.py, and awslogs_handler.py of 2024. */
export const EVENT_HOSTS: Readonly<Record<HostInEvents, EventHost>> = {
  cloudtrail: {
    shown: "instance in `userIdentity.arn`",
    mark: "/i-",
    read: (event) => instanceOfRole(at(event, "userIdentity", "arn")),
  },
  rdsEnhancedMonitoring: {
    shown: "`instanceID`",
    mark: "instanceID",
    read: (event) => at(event, "instanceID"),
  },
  route53Resolver: {
    shown: "`srcids.instance`",
    mark: "srcids",
    read: (event) => at(event, "srcids", "instance"),
  },
  verifiedAccess: {
    shown: "`http_request.url.hostname`",
    mark: "hostname",
    read: (event) => at(event, "http_request", "url", "hostname"),
  },
};

/** What an instance calls itself when it takes a role on: the session's name is the instance's id. */
function instanceOfRole(arn: unknown): string | undefined {
  if (typeof arn !== "string") return undefined;
  return /^arn:[\w-]+:sts::[^:]*:assumed-role\/.+\/(i-(?:[0-9a-f]{8}|[0-9a-f]{17}))$/.exec(arn)?.[1];
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((object, name) => (object as Record<string, unknown> | null | undefined)?.[name], value);
}

/** Of a name in DNS. What is longer is none, and would go out with every entry. */
const MAX_HOST_CHARACTERS = 255;

/** @param message the event's text as a rule left it, or undefined for its own. */
export type AttributesOf = (event: LogEvent, message: string | undefined) => EntryAttributes;

/** The attributes of each event, with its own host if it names one. The same object for events of the same host. */
export function withEventHost(attributes: EntryAttributes, kind: HostInEvents): AttributesOf {
  const { mark, read } = EVENT_HOSTS[kind];
  const markBytes = Buffer.from(mark);
  const known = new Map<string, EntryAttributes>();
  return (event, message) => {
    const isMarked =
      message?.includes(mark) ?? event.json.subarray(event.messageStart, event.messageEnd).includes(markBytes);
    const host = isMarked ? read(parsed(message ?? messageOf(event))) : undefined;
    if (typeof host !== "string" || host === "" || host.length > MAX_HOST_CHARACTERS) return attributes;
    const same = known.get(host) ?? { ...attributes, hostname: host };
    known.set(host, same);
    return same;
  };
}

/** Undefined for what is not JSON: such a line names no host. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
