import { setTimeout as sleep } from "node:timers/promises";
import type { SubscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Delivery, HandOver } from "../lambda/forwarder-path.ts";
import { type Batch, batchEvent, firstFailed } from "./batch-event.ts";

interface Waiting {
  readonly delivery: Delivery;
  readonly data: string;
  readonly sequenceNumber: string;
  readonly done: () => void;
}

/**
 * A shard as Lambda reads it, in real time: polled once a second, records collected for the batch window, one batch at a
 * time, and what fails first in line again. One task writes one log stream, so all of it is in one shard.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11)
 */
export const openShard: HandOver["open"] = ({ model, invoke, signal }) => {
  const waiting: Waiting[] = [];
  let written = 0;
  let reading = false;

  const read = async () => {
    reading = true;
    // On average half of the time between two polls.
    await pause(model.get("kinesis.pollIntervalMs") / 2, signal);
    await pause(model.get("cost.kinesisWindowMs"), signal);
    while (waiting.length > 0 && !signal.aborted) {
      const failed = await handOver(waiting.slice(0, model.get("cost.kinesisBatchRecords")));
      if (failed) await pause(model.get("kinesis.retryDelayMs"), signal);
      // What came meanwhile has waited for a window already, or goes with the next one.
      else if (waiting.length > 0) await pause(model.get("cost.kinesisWindowMs"), signal);
    }
    reading = false;
  };

  /** @returns whether any of it must come again */
  const handOver = async (batch: Batch<Waiting>): Promise<boolean> => {
    const receivedAtMs = Date.now();
    for (const { delivery } of batch) delivery.receivedAtMs ??= receivedAtMs;
    const attempt = await invoke(batchEvent(batch));
    for (const { delivery } of batch) delivery.attempts.push(attempt);
    const taken = firstFailed(attempt.invoked.outcome, batch) ?? batch.length;
    for (const { done } of waiting.splice(0, taken)) done();
    return taken < batch.length;
  };

  return async (delivery: Delivery, { awslogs }: SubscriptionEvent) => {
    await pause(model.get("kinesis.putMs"), signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    const sequenceNumber = String(++written).padStart(20, "0");
    waiting.push({ delivery, data: awslogs.data, sequenceNumber, done: resolve });
    if (!reading) read().catch(() => undefined);
    await promise;
  };
};

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });
