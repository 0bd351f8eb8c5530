import type { HostInEvents } from "../../../records/origin.ts";
import type { NamePattern } from "./name-pattern.ts";

/** What a known name tells. Texts may hold the `<word>`s of its patterns. */
export interface Told {
  readonly service?: string;
  readonly host?: string;
  readonly tags?: readonly string[];
  /** The Lambda function's name, which is the service, too; its ARN is the host. */
  readonly lambda?: string;
  readonly atEdge?: true;
  /** The stream names a task or container of ECS, as `<prefix>`, `<container>`, `<task>` or `<containerid>`. */
  readonly ecs?: true;
  readonly hostInEvents?: HostInEvents;
}

/** Names that AWS, or a usual set-up, gives. Both patterns must fit, if there are two. */
export interface KnownName extends Told {
  /** Compared in lower case. */
  readonly group?: NamePattern;
  readonly stream?: NamePattern;
  readonly source: string;
}

export const inGroup = (group: NamePattern, source: string, told: Told = {}): KnownName => ({ group, source, ...told });

export const inStream = (stream: NamePattern, source: string, told: Told = {}): KnownName => ({
  stream,
  source,
  ...told,
});

export const inBoth = (group: NamePattern, stream: NamePattern, source: string, told: Told = {}): KnownName => ({
  group,
  stream,
  source,
  ...told,
});

/** For names that nobody knows, and what Datadog gives no name of its own: its side reads those names again. */
export const CLOUDWATCH = "cloudwatch";
