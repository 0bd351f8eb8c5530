import type { LogEvent } from "./event.ts";
import type { EcsOrigin } from "./origin.ts";

/** One log for the intake: on the wire its `attributes` stand beside the event's own fields, in one flat object. */
export interface LogEntry {
  readonly event: LogEvent;
  /** Stands for the event's own message, if a rule joined lines to it or cut something out. */
  readonly message?: string;
  /** Set by a rule that samples: the share of such entries that is kept. On the wire: `sample_rate`. */
  readonly sampleRate?: number;
  /**
   * The time the intake gets instead of the event's, which is too old or too far ahead (milliseconds since the epoch). On the
   * wire the original is in `redated.originalTimestamp`.
   */
  readonly redatedTo?: number;
  /** What dates in its `message` are called now that the intake would have refused it for. On the wire: `redated.attributes`. */
  readonly redatedAttributes?: readonly string[];
  /** The same object for all entries that have the same: it is serialised once. */
  readonly attributes: object;
  /** Position of the item, in the event that invoked the function, that this log came in. */
  readonly item: number;
}

/**
 * What an entry says besides its text. Names are those of Datadog's own forwarder, so that pipelines built for it
 * keep working. https://docs.datadoghq.com/api/latest/logs/#send-logs
 */
export interface EntryAttributes {
  readonly ddsource: string;
  readonly ddsourcecategory: "aws";
  readonly service: string;
  readonly hostname: string;
  /** Comma-separated, cleaned. */
  readonly ddtags: string;
  readonly aws: {
    readonly awslogs: { readonly logGroup: string; readonly logStream: string; readonly owner: string };
    readonly invoked_function_arn: string;
  };
  readonly ecs?: EcsOrigin;
  readonly lambda?: { readonly arn: string };
}
