import type { Clock } from "../clock.ts";
import { ConfigError } from "../settings/config.ts";
import type { AnswerStack } from "./answer-stack.ts";
import { politeCalls } from "./calls.ts";
import { isRuleFilterName } from "./environment.ts";
import type { LogsApi } from "./logs-api.ts";
import { type Progress, reconcile, type Task } from "./reconcile.ts";
import type { SubscriberSettings } from "./settings.ts";
import type { StopSign } from "./stop-sign.ts";
import { sumOf } from "./tally.ts";
import type { All, Removal, Work } from "./work.ts";

export interface Subscriber {
  readonly api: LogsApi;
  readonly clock: Clock;
  readonly settings: SubscriberSettings | ConfigError;
  readonly sign: StopSign;
  readonly answer: AnswerStack;
  /** Has an invocation of its own do it. @returns why not, if it could not be asked for */
  readonly goOn: (work: Work) => Promise<string | undefined>;
}

/** What an invocation tells. */
export interface Report extends Partial<Progress> {
  readonly work: Work["kind"];
  readonly part?: number;
  readonly dryRun?: boolean;
  /** An invocation of its own goes on with the rest. */
  readonly continued?: boolean;
  /** Why it does not, though there is a rest. */
  readonly notContinued?: string;
}

/**
 * So many parts a round may have. Lambda stops a function that it takes for one without end after 16 invocations; with 15 minutes
 * each, 12 are some 40,000 log groups. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html (2026-11)
 */
const MAX_PARTS = 12;
/** CloudFormation gives up after an hour, and the stack would be stuck. */
const MAX_REMOVAL_MS = 50 * 60_000;

/**
 * Does what an event asks for, and sees to it that it is gone on with.
 * @param endMs moment of the monotonic clock after which no call begins
 * @throws ConfigError; AnswerError
 */
export async function subscribe(subscriber: Subscriber, work: Work, endMs: number): Promise<Report> {
  switch (work.kind) {
    case "deleted":
      return remove(subscriber, work, endMs);
    case "deployed":
      return deployed(subscriber, work, endMs);
    case "one": {
      const progress = await run(subscriber, { only: work.logGroup }, endMs);
      return { work: work.kind, ...progress };
    }
    case "all":
      return all(subscriber, work, endMs);
  }
}

async function run(
  { api, clock, sign, settings }: Subscriber,
  { dryRun, ...some }: { readonly dryRun?: boolean; readonly only?: string; readonly after?: string },
  endMs: number,
): Promise<Progress & { readonly dryRun: boolean }> {
  if (settings instanceof ConfigError) throw settings;
  const task: Task = { wish: settings.wish, dryRun: dryRun ?? settings.dryRun, ...some };
  return { dryRun: task.dryRun, ...(await reconcile({ api, clock, isStopped: sign.isUp }, task, endMs)) };
}

async function all(subscriber: Subscriber, work: All, endMs: number): Promise<Report> {
  const { part, after, dryRun } = work;
  const progress = await run(subscriber, { after, dryRun }, endMs);
  const report = { work: work.kind, part, ...progress };
  // If the log groups were not listed, Lambda tries again, after a minute.
  if (!progress.rest || progress.stoppedBy !== "deadline") return report;
  if (part >= MAX_PARTS) return { ...report, notContinued: `after ${MAX_PARTS} parts` };
  const trouble = await subscriber.goOn({ ...work, part: part + 1, after: progress.rest.after });
  return trouble === undefined ? { ...report, continued: true } : { ...report, notContinued: trouble };
}

/** CloudFormation need not wait until all is subscribed; it is told at once whether it can be. */
async function deployed(
  subscriber: Subscriber,
  { request }: Extract<Work, { kind: "deployed" }>,
  endMs: number,
): Promise<Report> {
  const { clock, settings, sign, answer } = subscriber;
  if (settings instanceof ConfigError) {
    const physicalId = request.PhysicalResourceId ?? request.RequestId;
    await answer(request, { status: "FAILED", reason: settings.message, physicalId });
    return { work: "deployed" };
  }
  await sign.takeDown(politeCalls(clock, endMs));
  await answer(request, { status: "SUCCESS", reason: "The subscriber runs.", physicalId: settings.wish.filter.name });
  return { ...(await all(subscriber, { kind: "all", part: 1 }, endMs)), work: "deployed" };
}

/** Needs no settings: the name of the filters is the resource's id. Whatever happens, CloudFormation gets its answer. */
async function remove(subscriber: Subscriber, work: Removal, endMs: number): Promise<Report> {
  const { api, clock, settings, sign, answer, goOn } = subscriber;
  const { request, part, after, sinceMs, unmet } = work;
  const name = request.PhysicalResourceId ?? "";
  const end = async (reason: string) =>
    answer(request, { status: "SUCCESS", reason, physicalId: name || request.RequestId });
  if (!isRuleFilterName(name)) {
    // It never was made.
    await end("There were no filters.");
    return { work: work.kind };
  }
  // Another name than this one's is that of an earlier deployment: this subscriber stays.
  const isOwn = settings instanceof ConfigError || settings.wish.filter.name === name;
  if (part === 1 && isOwn) await sign.putUp(politeCalls(clock, endMs));
  const task: Task = { wish: { filter: { name, pattern: "" } }, dryRun: false, after };
  const progress = await reconcile({ api, clock, isStopped: async () => false }, task, endMs);
  const report: Report = { work: work.kind, part, ...progress };
  const left = unmet + sumOf(progress.unmet);

  if (!progress.rest) {
    await end(left === 0 ? "All filters are removed." : `${left} log groups may still have ${name}: ${LOG_SAYS}`);
    return report;
  }
  const isOver = !progress.again || clock.now() - sinceMs > MAX_REMOVAL_MS || part >= MAX_PARTS;
  const trouble = isOver
    ? `stopped by ${progress.stoppedBy}`
    : await goOn({ ...work, part: part + 1, after: progress.rest.after, unmet: left });
  if (trouble === undefined) return { ...report, continued: true };
  await end(`Not all log groups were looked at (${trouble}); some may still have ${name}. Remove those by hand.`);
  return { ...report, notContinued: trouble };
}

const LOG_SAYS = "the function's log names some. Remove those by hand.";
