import type { EventIndex } from "./event.ts";

/** Name of a subscription filter that is none: a delivery by `npm run backfill` has it, and its logs get a tag. */
export const BACKFILL_FILTER = "sidecarless-backfill";

/** What one delivery of CloudWatch Logs says: who wrote, and what. One delivery is one stream's events. */
export interface Delivery {
  readonly kind: "data" | "control";
  /** AWS account id that owns the log group. */
  readonly account: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  /**
   * Where the logs come from, if the subscription filter emits the system fields `@aws.account` and `@aws.region`: another
   * account and region than the log group's if AWS copied them into a central one.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs_Centralization.html (2026-11)
   */
  readonly sourceAccount?: string;
  readonly region?: string;
  readonly events: EventIndex;
}
