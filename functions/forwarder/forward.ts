import type { Clock } from "../clock.ts";
import { inParallel } from "../in-parallel.ts";
import type { Deliver } from "../intake/send.ts";
import { countSettled, lag, type Report } from "../metrics/report.ts";
import type { Delivery } from "../records/delivery.ts";
import type { LogEntry } from "../records/entry.ts";
import type { Invocation } from "../records/invocation.ts";
import type { LogOrigin } from "../records/origin.ts";
import type { Settled } from "../records/payload.ts";
import { type Store, StoreError } from "../undelivered/store.ts";
import { keyFor, payloadKey, type StoredObject, storedEvent, storedPayload } from "../undelivered/stored-object.ts";
import { type Account, openAccount } from "./ledger.ts";
import type { MetadataLookup } from "./metadata/lookup.ts";
import { decode } from "./stages/decode.ts";
import {
  type EnrichSettings,
  enrich,
  type KnownMetadata,
  NO_METADATA,
  ownTags,
  withOverrides,
} from "./stages/enrich.ts";
import { identify } from "./stages/identify.ts";
import { pack } from "./stages/pack.ts";
import { redate } from "./stages/redate.ts";
import type { ApplyRules } from "./stages/rules/load.ts";
import type { Overrides } from "./stages/rules/types.ts";
import { isTaskStateChange, type TaskStateChange, toEntries } from "./triggers/task-state-change.ts";

export interface Forwarder {
  readonly settings: EnrichSettings & {
    readonly maxDecodedBytes: number;
    readonly maxConcurrentRequests: number;
    readonly compressionLevel: number;
    readonly metadata: { readonly budgetMs: number; readonly clusterHint?: string };
  };
  /** Undefined: names alone tell who wrote a line. */
  readonly metadata?: MetadataLookup;
  /** Undefined: none, and every event goes on as it is. */
  readonly rules?: ApplyRules;
  readonly deliver: Deliver;
  readonly store: Store;
  readonly clock: Clock;
}

export interface Forwarded {
  readonly report: Report;
  /** The caller must throw it and so fail the invocation: then Lambda keeps the event and tries again. */
  readonly failure?: HandedBackError;
}

/** Neither the intake nor the store took all of a delivery. */
export class HandedBackError extends Error {
  override readonly name = "HandedBackError";
  /** @param what was not stored, and why it was not delivered. */
  constructor(what: string, store: StoreError) {
    super(`${what} nor stored; ${store.message} Lambda keeps the delivery and tries again.`);
  }
}

/**
 * One delivery, from the event to its account. Every event in it is delivered, stored, or handed back.
 *
 * decode → identify → look up metadata → apply rules → enrich → redate → pack → post → store what is left → report
 */
export async function forward(event: unknown, invocation: Invocation, forwarder: Forwarder): Promise<Forwarded> {
  const { settings, metadata, clock } = forwarder;
  const account = openAccount(invocation, clock);
  if (metadata && isTaskStateChange(event)) return forwardTaskState(event, invocation, forwarder, account);

  const decoded = decode(event, settings.maxDecodedBytes);
  account.lap("decode");
  if (decoded.status === "unreadable") return keepUnreadable(event, decoded.reason, invocation, forwarder, account);
  const { delivery, bytes } = decoded;
  account.count({ bytesIn: bytes.compressed, rawBytesIn: bytes.raw });
  if (delivery.kind === "control") return { report: account.close({ controlMessages: 1 }) };

  const origin = identify(delivery);
  const known = await lookUp(origin, delivery, invocation, forwarder, account);
  account.lap("metadata");
  const { events, overrides } = applyRules(delivery, forwarder, account);
  const entries = enrich(delivery, events, origin, known, withOverrides(settings, overrides), invocation);
  account.count({ received: delivery.events.length });
  account.lap("enrich");
  return deliverEntries(entries, invocation, forwarder, account);
}

/** Joins, drops, samples and redacts, as the rule for this log group says. */
function applyRules(delivery: Delivery, { rules }: Forwarder, account: Account) {
  if (!rules) return { events: delivery.events, overrides: NO_OVERRIDES };
  const { ruleName, events, overrides, joinedAway, filtered, sampledOut, redacted } = rules(delivery);
  account.count({ rule: ruleName, joinedAway, filtered, sampledOut, redacted });
  return { events, overrides };
}

const NO_OVERRIDES: Overrides = { tags: [] };

/** What one of ECS's events tells becomes an entry of its own, and serves the look-ups of this sandbox. */
function forwardTaskState(
  event: TaskStateChange,
  invocation: Invocation,
  forwarder: Forwarder,
  account: Account,
): Promise<Forwarded> {
  const { functionArn } = invocation;
  forwarder.metadata?.learn(event.detail);
  const entries = toEntries(event, { functionArn, tags: ownTags(forwarder.settings) });
  account.count({ received: entries.length });
  return deliverEntries(entries, invocation, forwarder, account);
}

/** Never longer than the budget, never a failure: what can't be looked up is left out, and counted. */
async function lookUp(
  { ecs }: LogOrigin,
  { logGroup, account: owner }: Delivery,
  { functionArn }: Invocation,
  {
    metadata,
    settings: {
      metadata: { budgetMs, clusterHint },
    },
  }: Forwarder,
  account: Account,
): Promise<KnownMetadata> {
  if (!metadata) return NO_METADATA;
  const known = await metadata.lookUp({ logGroup, account: owner, ecs, clusterHint, functionArn }, budgetMs);
  for (const right of known.missingRights) account.call.note(`missing right: ${right}`);
  for (const note of known.notes) account.call.note(note);
  account.count({ metadataPartial: known.partial ? 1 : 0 });
  return known;
}

/** pack → post → store what is left → report */
async function deliverEntries(
  given: readonly LogEntry[],
  invocation: Invocation,
  forwarder: Forwarder,
  account: Account,
): Promise<Forwarded> {
  const { settings, deliver, clock } = forwarder;
  const { entries, count: redated } = redate(given, clock.now());
  const call = { ...account.call, deadlineMs: sendDeadline(invocation, clock) };
  let truncated = 0;
  const payloads = pack(entries, settings.compressionLevel);
  const settled = await inParallel(payloads, settings.maxConcurrentRequests, (payload) => {
    truncated += payload.truncatedCount;
    return deliver(payload, call);
  });
  account.lap("send");

  const { counts, failure } = await storeLeftovers(settled.flat(), invocation, forwarder);
  account.lap("store");
  const times = lag(given, clock.now());
  return { report: account.close({ ...counts, ...times, truncated, redated }), failure };
}

/**
 * What storing needs of an invocation's time: loading the SDK, and writing what did not go out. At most half,
 * so that a function with a short timeout still sends.
 */
const STORE_RESERVE_MS = 5_000;

export function sendDeadline({ deadlineMs }: Invocation, clock: Clock): number {
  return deadlineMs - Math.min(STORE_RESERVE_MS, Math.max(0, deadlineMs - clock.now()) / 2);
}

/** Left at the end, so that an error about the store can still be told. */
const EXIT_RESERVE_MS = 250;
const MAX_PARALLEL_WRITES = 8;

/** Stores every payload that was not delivered; counts as undelivered or rejected only what S3 took. */
async function storeLeftovers(
  settled: readonly Settled[],
  { requestId, deadlineMs }: Invocation,
  { store, clock }: Forwarder,
) {
  const stored = new Set<Settled>();
  let storeError: StoreError | undefined;
  await inParallel(settled, MAX_PARALLEL_WRITES, async (one) => {
    const { payload, outcome } = one;
    if (outcome.status === "delivered") return;
    const kind = outcome.status === "rejected" ? "rejected" : "undelivered";
    const object = storedPayload(payloadKey(kind, payload, requestId), payload, outcome.reason);
    const error = await writeOrError(store, object, deadlineMs - EXIT_RESERVE_MS - clock.now());
    storeError ??= error;
    if (!error) stored.add(one);
  });
  const counts = countSettled(settled, stored);
  if (!storeError) return { counts };
  const reasons = { ...counts.reasons, [storeError.reason]: counts.returned };
  const why = Object.keys(counts.reasons).join(", ");
  const failure = new HandedBackError(`${counts.returned} log events were neither delivered (${why})`, storeError);
  return { counts: { ...counts, reasons }, failure };
}

/** The event goes to the store as it came. How many logs were in it, nobody can tell: it counts as one. */
async function keepUnreadable(
  event: unknown,
  reason: string,
  { requestId, deadlineMs }: Invocation,
  { store, clock }: Forwarder,
  account: Account,
): Promise<Forwarded> {
  const object = storedEvent(keyFor("unreadable", clock.now(), requestId), event, reason);
  const error = await writeOrError(store, object, deadlineMs - EXIT_RESERVE_MS - clock.now());
  account.lap("store");
  const reasons = { [reason]: 1, ...(error && { [error.reason]: 1 }) };
  const report = account.close({ unreadable: error ? 0 : 1, reasons });
  return { report, failure: error && new HandedBackError(`A delivery could be neither read (${reason})`, error) };
}

async function writeOrError(store: Store, object: StoredObject, timeoutMs: number): Promise<StoreError | undefined> {
  // A write that is not begun can't land after it was counted as failed.
  if (timeoutMs <= 0) return new StoreError("no time left to store", "the invocation ends before it could be written.");
  try {
    await store.write(object, timeoutMs);
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
