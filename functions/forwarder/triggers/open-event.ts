import { kinesis } from "./kinesis.ts";
import { answerWhole, subscription } from "./subscription.ts";
import { type LearnTask, taskStateChange } from "./task-state-change.ts";
import type { AboutForwarder, Item, Trigger } from "./trigger.ts";

/** An event of no trigger: it is stored whole. */
const unknown: Trigger = {
  itemsOf: (event) => [
    { whole: event, content: { kind: "unknown", reason: "not a CloudWatch Logs event: no awslogs.data" } },
  ],
  answer: answerWhole,
};

const forget: LearnTask = () => undefined;

export interface OpenedEvent {
  readonly items: readonly Item[];
  readonly answer: Trigger["answer"];
}

/**
 * What is in an event, and how its caller wants to be answered. The one place that decides which trigger an event is of.
 *
 * @param learn takes what events tell about ECS tasks. Undefined: nothing is looked up, so nobody would use it.
 */
export function openEvent(event: unknown, about: AboutForwarder, learn: LearnTask = forget): OpenedEvent {
  const triggers = [subscription, kinesis, taskStateChange(learn), unknown];
  for (const { itemsOf, answer } of triggers) {
    const items = itemsOf(event, about);
    if (items) return { items, answer };
  }
  return { items: [], answer: answerWhole };
}
