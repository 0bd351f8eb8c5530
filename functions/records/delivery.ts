import type { EventIndex } from "./event.ts";

/** What one delivery of CloudWatch Logs says: who wrote, and what. One delivery is one stream's events. */
export interface Delivery {
  readonly kind: "data" | "control";
  /** AWS account id that owns the log group. */
  readonly account: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  /** From the system field `@aws.region`, if the subscription filter emits it. */
  readonly region?: string;
  readonly events: EventIndex;
}
