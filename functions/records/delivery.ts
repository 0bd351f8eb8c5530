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
