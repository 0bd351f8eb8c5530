import type { ConfigError } from "../../functions/settings/config.ts";
import type { StackAnswer } from "../../functions/subscriber/answer-stack.ts";
import { awsLogsApi } from "../../functions/subscriber/logs-api.ts";
import type { Filter } from "../../functions/subscriber/plan.ts";
import type { LogGroupRule } from "../../functions/subscriber/rule.ts";
import type { SubscriberSettings } from "../../functions/subscriber/settings.ts";
import { stopSign } from "../../functions/subscriber/stop-sign.ts";
import { type Report, type Subscriber, subscribe } from "../../functions/subscriber/subscribe.ts";
import type { Work } from "../../functions/subscriber/work.ts";
import type { LogsServer, StoredFilter } from "./logs-server.ts";
import type { manualClock } from "./sends.ts";

export const OURS: Filter & { readonly destinationArn: string } = {
  name: "sidecarless-logs@rule",
  destinationArn: "arn:aws:lambda:eu-west-1:111122223333:function:forwarder",
  pattern: "",
};
export const OWN_GROUP = "/sidecarless/logs/subscriber";

export const filter = (name: string, destinationArn: string, more: Partial<StoredFilter> = {}): StoredFilter => ({
  filterName: name,
  filterPattern: "",
  destinationArn,
  distribution: "ByLogStream",
  ...more,
});
export const ours = (more: Partial<StoredFilter> = {}) => filter(OURS.name, OURS.destinationArn, more);
export const foreign = (n = 1) => filter(`other-${n}`, `arn:aws:lambda:eu-west-1:111122223333:function:other-${n}`);

export const settingsFor = (rule: LogGroupRule, dryRun = false): SubscriberSettings => ({
  wish: { filter: OURS, rule },
  dryRun,
});

/** The subscriber as its handler assembles it, with a clock and an account of the test's. */
export function startSubscriber(
  server: LogsServer,
  clock: ReturnType<typeof manualClock>,
  settings: SubscriberSettings | ConfigError,
) {
  const api = awsLogsApi({ endpoint: server.endpoint, region: "eu-west-1" });
  const next: Work[] = [];
  const answers: StackAnswer[] = [];
  const subscriber: Subscriber = {
    api,
    clock,
    settings,
    sign: stopSign(api, server.arnOf(OWN_GROUP), clock),
    answer: async (_, answer) => {
      answers.push(answer);
    },
    goOn: async (work) => {
      next.push(work);
      return undefined;
    },
  };
  /** One invocation, of so much of the clock's time. */
  const invoke = (work: Work, ms = 600_000): Promise<Report> => subscribe(subscriber, work, clock.nowMs + ms);
  /** Invocations until none asks for another. */
  const toTheEnd = async (work: Work, ms?: number): Promise<Report[]> => {
    const reports = [await invoke(work, ms)];
    for (let its = next.shift(); its; its = next.shift()) reports.push(await invoke(its, ms));
    return reports;
  };
  return { subscriber, answers, next, invoke, toTheEnd };
}

export const ALL: Work = { kind: "all", part: 1 };
