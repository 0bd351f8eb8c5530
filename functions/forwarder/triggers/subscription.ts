import type { Item, Trigger } from "./trigger.ts";

/**
 * A CloudWatch Logs subscription that invokes the function: `{"awslogs": {"data": …}}`, one delivery.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (2026-11)
 */
export const subscription: Trigger = {
  itemsOf: (event) => {
    const data = (event as { awslogs?: { data?: unknown } } | null | undefined)?.awslogs?.data;
    return typeof data === "string" ? [deliveryOf(event, data)] : undefined;
  },
  answer: answerWhole,
};

const deliveryOf = (whole: unknown, data: string): Item => ({
  whole,
  content: { kind: "delivery", data, field: "awslogs.data" },
});

/** Lambda tries an asynchronous invocation again that fails, whole. Who invokes it by hand gets the report. */
export function answerWhole({ report, failure }: Parameters<Trigger["answer"]>[0]) {
  if (failure) throw failure;
  return report;
}
