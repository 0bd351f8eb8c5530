import type { EcsOrigin } from "./origin.ts";

/** One log for the intake: on the wire its `attributes` stand beside the other fields, in one flat object. */
export interface LogEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  /** The same object for all entries that have the same: it is serialised once. */
  readonly attributes: object;
  /** Set by a rule that samples: the share of such entries that is kept. */
  readonly sample_rate?: number;
  /** Set by `redate` on an entry that was too old for the intake. */
  readonly redated?: { readonly originalTimestamp: number };
  /** Set by `pack` on an entry that had to be cut. `originalBytes`: UTF-8 size of the whole message. */
  readonly truncated?: { readonly originalBytes: number };
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
