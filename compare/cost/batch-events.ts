import { EVENT_OVERHEAD_BYTES, MAX_CALL_BYTES, MAX_CALL_EVENTS } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";
import { DAYS_PER_MONTH } from "./costing.ts";
import type { CostInput } from "./types.ts";

/** The awslogs driver sends what a container wrote since its last flush, and that is what a delivery has, on average. */
export function eventsPerFlush({ gbPerDay, tasks, lineBytes }: Volume, model: Model): number {
  const events = writtenPerFlush({ gbPerDay, tasks, lineBytes }, model);
  return Math.min(mostEvents(lineBytes), Math.max(1, events));
}

type Volume = Pick<CostInput, "gbPerDay" | "tasks" | "lineBytes">;

const writtenPerFlush = ({ gbPerDay, tasks, lineBytes }: Volume, model: Model) =>
  ((gbPerDay * 1e9) / lineBytes / tasks / SECONDS_PER_DAY) * (model.get("driver.flushIntervalMs") / 1_000);

const SECONDS_PER_DAY = 86_400;

/** Of one call of the driver. */
const mostEvents = (lineBytes: number) =>
  Math.max(1, Math.min(MAX_CALL_EVENTS, Math.floor(MAX_CALL_BYTES / (lineBytes + EVENT_OVERHEAD_BYTES))));

/**
 * The same service at another volume. Since the driver flushes by the clock, a delivery has so many times more events,
 * until it is as large as it may be; there are no more deliveries for it. Where it has one, there are fewer deliveries
 * than flushes, and more volume makes them more.
 */
export function atVolume(input: CostInput, gbPerTaskMonth: number, model: Model): CostInput {
  const there = { ...input, gbPerDay: (gbPerTaskMonth * input.tasks) / DAYS_PER_MONTH };
  if (input.batchEvents === 1 && writtenPerFlush(input, model) <= 1) {
    return { ...there, batchEvents: eventsPerFlush(there, model) };
  }
  const most = Math.max(mostEvents(input.lineBytes), input.batchEvents);
  const events = input.batchEvents * (there.gbPerDay / input.gbPerDay);
  return { ...there, batchEvents: Math.min(most, Math.max(1, events)) };
}
