import type { TaskStateAttributes } from "./metadata/task-state-change.ts";

/** The records that flow through the forwarder, in the order in which they arise. All are plain data. */

/** What one CloudWatch Logs subscription delivery says, decoded. One delivery is one stream's events. */
export interface Delivery {
  readonly kind: "data" | "control";
  /** AWS account id that owns the log group. */
  readonly account: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  /** From the system field `@aws.region`, if the subscription filter emits it. */
  readonly region?: string;
  readonly events: readonly LogEvent[];
}

export interface LogEvent {
  /** CloudWatch's event id, unique within a log group. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** What the names of log group and stream alone tell about the writer. */
export interface LogOrigin {
  readonly source: string;
  readonly service?: string;
  readonly hostname?: string;
  readonly ecs?: EcsOrigin;
  readonly lambda?: { readonly functionName: string };
}

/** ECS parts of a stream name. On EC2 without a stream prefix only `containerId` is known. */
export interface EcsOrigin {
  readonly streamPrefix?: string;
  readonly container?: string;
  readonly taskId?: string;
  readonly containerId?: string;
}

/** One log for the intake: on the wire its `attributes` stand beside the other fields, in one flat object. */
export interface LogEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  /** The same object for all entries that have the same: it is serialised once. */
  readonly attributes: EntryAttributes | TaskStateAttributes;
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

/** A request body, ready to send. Also what the store keeps, byte for byte. */
export interface Payload {
  /** The JSON array, compressed with gzip. */
  readonly body: Uint8Array;
  readonly entryCount: number;
  /** Size of the JSON, in UTF-8. */
  readonly rawBytes: number;
  /** Time of the oldest and the newest event, milliseconds since the epoch. */
  readonly firstEventMs: number;
  readonly lastEventMs: number;
}

/** What became of a payload. `reason` is a code such as `http 503`; it never holds log text or a key. */
export type Outcome =
  | { readonly status: "delivered" }
  | {
      readonly status: "retryable";
      readonly reason: string;
      readonly retryAfterMs?: number;
      /** The time ran out here; that says nothing of the intake. */
      readonly outOfTime?: boolean;
    }
  | { readonly status: "rejected"; readonly reason: string };

/** A payload that reached its end. One batch can settle as several: an intake may ask for smaller ones. */
export interface Settled {
  readonly payload: Payload;
  readonly outcome: Outcome;
}

/**
 * The invocation's own facts: what the log entries name as their forwarder, and how long there is.
 * `deadlineMs` is the moment (milliseconds since the epoch) when Lambda would end the invocation.
 */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly deadlineMs: number;
  readonly coldStart: boolean;
}

/** Time and chance come in as arguments, so that every stage can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
