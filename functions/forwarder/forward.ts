import type { Clock } from "../clock.ts";
import { inParallel } from "../in-parallel.ts";
import type { Deliver } from "../intake/send.ts";
import type { LogEntry } from "../records/entry.ts";
import type { Invocation } from "../records/invocation.ts";
import type { Compress } from "../records/payload.ts";
import { release } from "../release.ts";
import { dated, entriesOf } from "./entries.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { type Leftover, leftoverStore, type Writes } from "./leftovers.ts";
import type { MetadataLookup } from "./metadata/lookup.ts";
import { type Batch, readInBatches } from "./read-items.ts";
import type { Reserves } from "./reserves.ts";
import { describeSources, type Source } from "./sources.ts";
import { type EnrichSettings, settingsSay } from "./stages/enrich.ts";
import { pack } from "./stages/pack.ts";
import type { FindRule } from "./stages/rules/load.ts";
import type { Clean } from "./stages/rules/redact-names.ts";
import { openEvent } from "./triggers/open-event.ts";
import type { Handled } from "./triggers/trigger.ts";

/** What a forwarder is put together from, once per sandbox. */
export interface Parts {
  readonly settings: EnrichSettings & {
    readonly maxDecodedBytes: number;
    readonly maxConcurrentRequests: number;
    readonly metadata: { readonly budgetMs: number; readonly clusterHint?: string };
  };
  /** Undefined: names alone tell who wrote a line. */
  readonly metadata?: MetadataLookup;
  /** Undefined: none, and every event goes on as it is. */
  readonly rules?: FindRule;
  readonly reserves: Reserves;
  readonly compress: Compress;
  readonly deliver: Deliver;
  readonly store: Writes;
  readonly clock: Clock;
}

export interface Forwarded extends Handled {
  /** For the caller of the function. @throws the failure, if that is how this caller learns of it. */
  readonly answer: () => unknown;
}

/**
 * An event of any trigger, from what is in it to the ledger of it. Every log is delivered, stored, dropped by a rule, or
 * handed back.
 *
 * open → read → find out who wrote → rules → pack → post → store what is left → report
 */
export async function forward(event: unknown, invocation: Invocation, parts: Parts): Promise<Forwarded> {
  const { settings, metadata, store, reserves, clock } = parts;
  const ledger = openLedger(invocation, reserves.slowness, clock);
  const about = { functionArn: invocation.functionArn, said: settingsSay(settings), clean: cleanTasks(parts, ledger) };
  const { items, answer } = openEvent(event, about, metadata?.learn);
  const leftovers = leftoverStore(invocation.deadlineMs - reserves.exitMs, store, clock, ledger);

  for (const batch of readInBatches(items, settings.maxDecodedBytes)) {
    for (const name of BATCH_COUNTS) ledger.add(name, batch[name]);
    ledger.lap("decode");
    const sources = await describeSources(batch.deliveries, invocation, parts, ledger);
    const notDelivered = await send(batch, sources, invocation, parts, ledger);
    ledger.lap("send");
    await leftovers.store(notDelivered, batch.unreadable);
    ledger.lap("store");
    for (const { delivery } of batch.deliveries) release(delivery.events.json);
  }
  const handled = { report: ledger.close(), ...leftovers.failed() };
  return { ...handled, answer: () => answer(handled, items) };
}

const BATCH_COUNTS = ["received", "controlMessages", "bytesIn", "rawBytesIn"] as const;

/** Events about tasks are of no log group; rules know them by this name. */
const TASK_EVENTS = { logGroup: "ecs/task-state-change", logStream: "" };

/** What a rule redacts is not in the reasons, names and tags of such an event either. */
function cleanTasks({ rules }: Parts, ledger: Ledger): Clean {
  return (value) => {
    const rule = rules?.(TASK_EVENTS, ledger.ruleBudget, ledger.addCut);
    if (!rule) return value;
    ledger.addRule(rule.name);
    const cleaned = rule.clean(value);
    if (cleaned !== value) ledger.add("redacted", 1);
    return cleaned;
  };
}

/** Packs and posts, several payloads at a time. @returns what the intake did not take. */
async function send(
  batch: Batch,
  sources: readonly Source[],
  invocation: Invocation,
  { compress, deliver, settings, reserves, clock }: Parts,
  ledger: Ledger,
): Promise<readonly Leftover[]> {
  const call = { ...ledger.call, deadlineMs: sendDeadline(invocation, reserves.storeMs, clock) };
  const payloads = pack(allEntries(batch, sources, ledger, clock.now()), compress, batch.received);
  const leftovers = await inParallel(payloads, settings.maxConcurrentRequests, async (payload) => {
    ledger.add("truncated", payload.truncatedCount);
    const left: Leftover[] = [];
    for (const { payload: sent, outcome } of await deliver(payload, call)) {
      if (outcome.status === "delivered") ledger.add("delivered", sent.entryCount);
      else {
        const rejected = outcome.status === "rejected";
        left.push({ item: payload.firstItem, payload: sent, reason: outcome.reason, rejected });
      }
    }
    return left;
  });
  // In the order of the events, whatever ended first: stored together they have one name, however often Lambda tries.
  return leftovers.flat();
}

function* allEntries({ entries }: Batch, sources: readonly Source[], ledger: Ledger, now: number): Generator<LogEntry> {
  for (const entry of entries) yield dated(entry, ledger, now);
  yield* entriesOf(sources, ledger, now);
}

/** The reserve is at most half of what is left, so that a function with a short timeout still sends. */
function sendDeadline({ deadlineMs }: Invocation, storeMs: number, clock: Clock): number {
  return deadlineMs - Math.min(storeMs, Math.max(0, deadlineMs - clock.monotonicMs()) / 2);
}
