import { type Costing, DAYS_PER_MONTH, item } from "./costing.ts";
import type { CostItem } from "./types.ts";

/** Every path through CloudWatch Logs pays this, whoever reads from there. */
export function cloudwatchItems({ input, model, ingestedGb, priceOf }: Costing): CostItem[] {
  // What is there at any time, once the first month of retention is over.
  const storedGb = (ingestedGb / DAYS_PER_MONTH) * input.retentionDays * model.get("cost.storageRatio");
  return [
    item("cloudwatch-ingestion", "CloudWatch ingestion", priceOf("logs-ingestion", ingestedGb)),
    item("cloudwatch-storage", "CloudWatch storage", priceOf("logs-storage", storedGb)),
  ];
}
