import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { SentEntry } from "../../../../functions/intake/payload.ts";
import { apiKeyLocation } from "../../../../functions/settings/config.ts";
import { ENV } from "../../../../functions/settings/environment.ts";
import { AwsCallError, asked } from "../../../aws-call.ts";
import { compareArrival, searchFor, tellFound, tellNotFound } from "../check-arrival.ts";
import type { CheckContext, Seen } from "../context.ts";
import type { FoundLog } from "../find-log.ts";
import { expectedEntry, forwarderConfig } from "../forward-locally.ts";
import type { ProgressLine } from "../progress-line.ts";
import { seconds } from "../text.ts";
import { type Clients, openClients } from "./clients.ts";
import { type ForwarderLines, readForwarderLines } from "./forwarder-lines.ts";
import { type ForwarderSeen, judgeForwarder } from "./judge-forwarder.ts";
import { type LogSource, makeSource, type PutLog, putLog, subscribe } from "./log-source.ts";
import { lookInStore, type StoredAt } from "./look-in-store.ts";
import { checkFunction, type ForwarderFacts } from "./read-function.ts";
import { openUndo } from "./undo.ts";

/** A new filter may miss what is put at once: the log is put again if nothing is seen of the function by then. */
const PUT_AGAIN_MS = 20_000;
const MAX_PUTS = 3;
const LOOK_EVERY_MS = 4_000;
/** A function of which nothing but failures is seen for so long does not forward. */
const GIVE_UP_ON_FAILURES_MS = 10_000;
/** Lines of the function may be dated by a clock that is a little behind. */
export const LINES_BEFORE_MS = 2_000;

/** The marked log from CloudWatch Logs through the deployed forwarder to Datadog. What was made for it is removed, in any case. */
export async function checkThroughFunction(
  context: CheckContext,
  functionArn: string,
  searches: boolean,
  progress: ProgressLine,
): Promise<Seen> {
  const { proxy } = forwarderConfig({ ...context.environment }, context.access.apiKey);
  const clients = openClients(functionArn, proxy);
  const undo = openUndo();
  try {
    const facts = await checkFunction(context, clients, functionArn);
    if (!facts) return {};
    const source = await makeSource(context, clients, facts, undo);
    if (!source || !(await subscribe(context, clients, facts, source, undo))) return {};
    const first = await putLog(context, clients, source);
    if (!first) return {};
    return await follow({ context, clients, facts, source, searches, progress }, first);
  } finally {
    progress.clear();
    await undo.run(context);
    clients.close();
  }
}

interface Following {
  readonly context: CheckContext;
  readonly clients: Clients;
  readonly facts: ForwarderFacts;
  readonly source: LogSource;
  readonly searches: boolean;
  readonly progress: ProgressLine;
}

async function follow(following: Following, first: PutLog): Promise<Seen> {
  const { context, facts, source, searches, progress } = following;
  const { hops, clock } = context;
  hops.add("put", "ok", `1 log in ${source.logStream}`);
  const startMs = clock.monotonicMs();
  const watch = watchForwarder(following, first);
  const found = searches ? await searchFor(context, progress, watch.look) : await waitFor(following, watch);
  if (found === "refused") return {};
  const log = found === "missing" ? undefined : found;
  await lookAtTheEnd(following, watch);
  const waitedSeconds = Math.round((clock.monotonicMs() - startMs) / 1_000);
  const seen: ForwarderSeen = {
    name: facts.name,
    ...watch.seen(),
    keyPlace: keyPlaceOf(facts),
    waitedSeconds,
    isFound: log !== undefined,
  };
  const judged = judgeForwarder(seen);
  for (const name of ["invoked", "forwarded"] as const) {
    const { outcome, said, advice = [] } = judged[name];
    hops.add(name, outcome, said, ...advice);
  }
  if (log) return arrived(following, watch.puts(), log);
  if (!searches) hops.add("found", "skipped", "not searched for, without an application key");
  else if (judged.invoked.outcome !== "failed" && judged.forwarded.outcome !== "failed") {
    await tellNotFound(context, await expected(following, first), "the intake");
  } else hops.add("found", "skipped", "it did not get that far");
  return {};
}

/** Which put it was that arrived, and what should have arrived of it. */
async function arrived(following: Following, puts: readonly PutLog[], log: FoundLog): Promise<Seen> {
  const { context } = following;
  const timestamp = log.log.attributes?.timestamp?.getTime();
  const put = puts.find((one) => one.timestamp === timestamp) ?? (puts[0] as PutLog);
  const laterMs = put.timestamp - (puts[0] as PutLog).timestamp;
  const counted = { ...log, afterMs: log.afterMs - laterMs, notBeforeMs: Math.max(0, log.notBeforeMs - laterMs) };
  tellFound(context, counted, "it was put");
  const where = ", and so do rules of the forwarder, its other settings, and another version of it";
  const compared = compareArrival(context, await expected(following, put, log), log, where);
  return { searchableMs: [counted.notBeforeMs, counted.afterMs], compared };
}

/** What the deployed forwarder should make of the log, by its settings and this version of its code. */
async function expected(
  { context, clients, facts, source }: Following,
  put: PutLog,
  found?: FoundLog,
): Promise<SentEntry> {
  const { clock } = context;
  const { account, arn, config = forwarderConfig({}, "none") } = facts;
  const id =
    (await eventId(clients, source, put, context.signal)) ?? String(found?.log.attributes?.attributes?.id ?? "");
  return expectedEntry({ config, functionArn: arn, stream: { account, ...source }, event: { id, ...put } }, clock);
}

/** That CloudWatch Logs gave it. Undefined: it can't be read. */
async function eventId(
  { logs }: Clients,
  { logGroup, logStream }: LogSource,
  { timestamp }: PutLog,
  abortSignal: AbortSignal,
) {
  const command = new FilterLogEventsCommand({ logGroupName: logGroup, logStreamNames: [logStream] });
  try {
    const { events = [] } = await asked("logs:FilterLogEvents", logs.send(command, { abortSignal }));
    return events.find((event) => event.timestamp === timestamp)?.eventId;
  } catch (error) {
    if (error instanceof AwsCallError) return undefined;
    throw error;
  }
}

/** Looks at the function's own lines and its store now and then, and puts the log again if nothing is seen of it. */
function watchForwarder({ context, clients, facts, source }: Following, first: PutLog) {
  const { signal, mark, hops } = context;
  const puts = [first];
  let lines: ForwarderLines = { reports: [], failures: [] };
  let stored: StoredAt | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    seen: () => ({ lines, ...(stored && { stored }) }),
    puts: (): readonly PutLog[] => puts,
    /** @returns whether it can't arrive any more, as far as can be seen */
    async look(elapsedMs: number): Promise<boolean> {
      if (elapsedMs - lookedMs < LOOK_EVERY_MS) return stored !== undefined;
      if (Number.isFinite(elapsedMs)) lookedMs = elapsedMs;
      lines = await readForwarderLines(clients, facts.logGroup, first.timestamp - LINES_BEFORE_MS, signal);
      const timestamps = puts.map(({ timestamp }) => timestamp);
      stored = await lookInStore(clients, facts.environment[ENV.bucket], timestamps, mark, signal);
      const isSilent = lines.reports.length === 0 && lines.failures.length === 0 && lines.refused === undefined;
      if (isSilent && elapsedMs >= PUT_AGAIN_MS * puts.length && puts.length < MAX_PUTS && Number.isFinite(elapsedMs)) {
        const again = await putLog(context, clients, source);
        if (again) {
          puts.push(again);
          hops.add("put", "warning", `put again: nothing was seen of the function for ${seconds(PUT_AGAIN_MS)}`);
        }
      }
      const onlyFails = lines.failures.length > 0 && lines.reports.length === 0;
      return stored !== undefined || (onlyFails && elapsedMs >= GIVE_UP_ON_FAILURES_MS);
    },
  };
}

/** Its lines show some seconds after it has written them, often later than the log does. */
async function lookAtTheEnd({ context }: Following, { look, seen }: ReturnType<typeof watchForwarder>): Promise<void> {
  for (let more = LAST_LOOKS; more > 0; more--) {
    await look(Number.POSITIVE_INFINITY);
    const { reports, failures, refused } = seen().lines;
    if (reports.length + failures.length > 0 || refused !== undefined) return;
    if (more > 1) await context.clock.sleep(LAST_PAUSE_MS, context.signal);
  }
}

const LAST_LOOKS = 4;
const LAST_PAUSE_MS = 2_000;

/** Without a search: until the forwarder has said something, or the time is over. */
async function waitFor(
  { context, progress }: Following,
  { look, seen }: ReturnType<typeof watchForwarder>,
): Promise<"missing"> {
  const { clock, options, signal } = context;
  const startMs = clock.monotonicMs();
  for (;;) {
    const elapsedMs = clock.monotonicMs() - startMs;
    const isStored = await look(elapsedMs);
    const { reports, failures } = seen().lines;
    if (isStored || reports.length + failures.length > 0 || elapsedMs >= options.timeoutMs) return "missing";
    progress.show(`waiting for the function, ${seconds(elapsedMs)} …`);
    await clock.sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

function keyPlaceOf({ environment }: ForwarderFacts): string {
  const location = apiKeyLocation(environment);
  if (location?.kind === "secret") return `the secret ${location.id}`;
  return location?.kind === "parameter" ? `the parameter ${location.name}` : "its environment";
}
