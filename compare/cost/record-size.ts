import type { Costing } from "./costing.ts";

/** Of one delivery to a subscription, gzip. */
const deliveryBytes = ({ input, model }: Costing) =>
  input.batchEvents * input.lineBytes * model.get("cost.deliveryRatio");

/**
 * GB a month of all deliveries.
 * @param stepBytes each is rounded up to a multiple of it: their sizes differ, so that is half a step on average, and at
 *   least one step
 */
export function deliveriesGb(costing: Costing, stepBytes = 0): number {
  const bytes = Math.max(stepBytes, deliveryBytes(costing) + stepBytes / 2);
  return (costing.deliveries * bytes) / 1e9;
}
