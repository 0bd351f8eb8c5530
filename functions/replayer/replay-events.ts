import { StoreError } from "../undelivered/store.ts";
import type { Draining } from "./drain-objects.ts";
import { failedEvent } from "./failed-event.ts";
import { type Invoke, testEvent } from "./invoke-forwarder.ts";
import { MAX_FAILURES } from "./memory.ts";
import type { ObjectDone, ObjectEnded } from "./object-done.ts";
import { attempt, broken, setAside } from "./open-object.ts";
import type { Turn } from "./queue.ts";
import { type Stop, stopFor } from "./settle.ts";

/**
 * An invocation that is given up here may go on there, and what it delivers be delivered twice. So none is begun with less
 * than the forwarder's usual time limit left, or half of a run that is short itself.
 */
const MIN_INVOKE_MS = 60_000;

interface ReplayingEvents extends Draining {
  readonly invoke: Invoke;
}

/**
 * Hands the forwarder the events that Lambda gave up on, one at a time: of all the forwarders that may run at once, new logs
 * keep the others. It has its own rules and rights, and an event that kills it does not kill this function. One that fails
 * again stays where it is, and no second object is made of it.
 */
export async function replayEvents(replaying: ReplayingEvents): Promise<Stop | undefined> {
  const { queue, tools, run, settling, mayGoOn } = replaying;
  const { clock, call } = tools;
  const minMs = Math.min(MIN_INVOKE_MS, (call.deadlineMs - clock.monotonicMs()) / 2);
  const leftMs = () => call.deadlineMs - clock.monotonicMs();
  let isWell = false;
  try {
    for (;;) {
      const turn = await queue.next(isWell);
      if (!turn) break;
      if (leftMs() < minMs || !mayGoOn()) {
        run.leave(turn.listed.key);
        break;
      }
      const handled = await handle(turn, replaying, leftMs()).catch((error: unknown) => broken(error, turn));
      if ("notInvoked" in handled) {
        // The forwarder is busy with new logs, or can't be reached: so it would be with the next.
        run.leave(turn.listed.key);
        run.call.note(`failed events wait: ${handled.notInvoked}`);
        break;
      }
      await settling.settle(new Map([[turn, await removed(turn, handled, replaying)]]));
      isWell = handled.failed === undefined;
    }
    await testForwarder(replaying, leftMs, minMs);
    return settling.stop();
  } catch (error) {
    return stopFor(error);
  }
}

async function handle(
  turn: Turn,
  { tools, invoke }: ReplayingEvents,
  timeoutMs: number,
): Promise<ObjectDone | { readonly notInvoked: string }> {
  const { listed, record } = turn;
  if (record?.sent) return { goes: true };
  if (record && record.failures >= MAX_FAILURES) return setAside(listed, record.reason, tools);
  const object = await attempt(() => tools.store.read(listed.key));
  if (object instanceof StoreError) {
    return { failed: { reason: object.reason, ownFault: "others read", error: object } };
  }
  if (!object) return {};
  const event = failedEvent(object.body);
  if (event === undefined) return setAside(listed, "not an event of the forwarder", tools);
  const invoked = await invoke(event, timeoutMs);
  switch (invoked.status) {
    case "taken":
      return { counts: { forwarded: 1 }, goes: true };
    case "failed":
      return { failed: { reason: invoked.reason, ownFault: invoked.isWell ? "never" : "others forwarded" } };
    case "not invoked":
      return { notInvoked: invoked.reason };
  }
}

async function removed(
  { listed: { key } }: Turn,
  { goes, ...done }: ObjectDone,
  { tools, settling }: ReplayingEvents,
): Promise<ObjectEnded> {
  if (!goes) return done;
  const errors = settling.notRemoving() ?? (await attempt(() => tools.store.removeAll([key])));
  const notRemoved = errors instanceof StoreError ? errors : errors.get(key);
  return notRemoved ? { ...done, notRemoved } : { ...done, counts: { ...done.counts, objects: 1 } };
}

/** If it has taken none: an event that is alone would never be known to be bad otherwise. */
async function testForwarder({ invoke, settling }: ReplayingEvents, leftMs: () => number, minMs: number) {
  const { got } = settling;
  if (got.forwarded || !got.blamed.has("others forwarded") || leftMs() < minMs) return;
  got.forwarded = (await invoke(testEvent(), leftMs())).status === "taken";
}
