import type { Deployed } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, type Environment, SECRET, taskStream } from "../../tools/embedded-aws/environment.ts";
import { eventually, expect, type Step } from "./steps.ts";

const NAME = "rule";
const [WANTED, TAGGED, FOREIGN, DEPLOYED, NEW, ELSEWHERE] = [
  "/rule/wanted",
  "/rule/tagged-off",
  "/rule/with-another",
  "/rule/deployed",
  "/rule/new",
  "/elsewhere/a",
] as const;
const FOREIGN_FILTER = "of-somebody-else";

/** Log groups by rule: deployed, changed, deleted. Each step starts from what the one before left. */
export const ruleSteps = (environment: Environment): Step[] => {
  const scene = ruleScene(environment);
  return [
    ["log groups by rule", () => scene.deploy()],
    ["a log group is made", () => scene.makeNew()],
    ["the rule is changed", () => scene.change()],
    ["its stack is deleted", () => scene.remove()],
  ];
};

function ruleScene({ cloud, deployment, recorder, settings }: Environment) {
  let deployed: Deployed | undefined;
  const own = () => deployed?.filterName ?? "";
  const byRule = () => `${own()}@rule`;

  const deploy = async (rule: Readonly<Record<string, string>>) => {
    deployed = await deployment.deploy({ ...settings, name: NAME, logGroups: DEPLOYED, ...rule });
  };

  /** Waits until the log groups have these filters, in order of their names. */
  const untilFiltersAre = async (expected: Readonly<Record<string, readonly string[]>>): Promise<void> => {
    const wanted = JSON.stringify(expected);
    await eventually(
      async () => {
        const names = Object.keys(expected);
        const are = await Promise.all(names.map((name) => cloud.subscriptions(name)));
        return JSON.stringify(Object.fromEntries(names.map((name, i) => [name, are[i]?.toSorted()])));
      },
      (are) => are === wanted,
      (are) => `filters are ${are} instead of ${wanted}`,
    );
  };

  return {
    async deploy(): Promise<string> {
      recorder.setFaults(undefined);
      recorder.setApiKey(API_KEY);
      await cloud.setSecret(SECRET, API_KEY);
      for (const name of [WANTED, FOREIGN, DEPLOYED, ELSEWHERE]) await cloud.createLogGroup(name);
      await cloud.createLogGroup(TAGGED, { logs: "off" });
      const elsewhere = "arn:aws:lambda:us-east-1:000000000000:function:of-somebody-else";
      await cloud.putFilter(FOREIGN, FOREIGN_FILTER, elsewhere);
      await deploy({ includeLogGroups: "/rule/*", excludeLogGroupTags: "logs=off" });
      await untilFiltersAre({
        [WANTED]: [byRule()],
        [FOREIGN]: [FOREIGN_FILTER, byRule()],
        [DEPLOYED]: [own()],
        [TAGGED]: [],
        [ELSEWHERE]: [],
      });
      recorder.clear();
      await cloud.putLogs(WANTED, taskStream(1), ["by rule 1", "by rule 2"]);
      await eventually(
        () => recorder.summary().entries,
        (count) => count === 2,
        (count) => `${count} of 2 lines arrived`,
      );
      return "2 of 5 log groups are subscribed by it, and lines arrive; the deployment's own and others' filters are as they were";
    },

    async makeNew(): Promise<string> {
      await cloud.createLogGroup(NEW);
      // The emulator has no CloudTrail: its event, as EventBridge would hand it over.
      const detail = {
        eventSource: "logs.amazonaws.com",
        eventName: "CreateLogGroup",
        requestParameters: { logGroupName: NEW },
      };
      const event = { source: "aws.logs", "detail-type": "AWS API Call via CloudTrail", detail };
      const report = (await cloud.invoke(deployed?.subscriberName ?? "", event)) as { logGroups?: number };
      await untilFiltersAre({ [NEW]: [byRule()] });
      expect(report.logGroups === 1, `it looked at ${report.logGroups} log groups`);
      return `${NEW} is subscribed by CloudTrail's event`;
    },

    async change(): Promise<string> {
      await deploy({ includeLogGroups: "/rule/*,/elsewhere/*", excludeLogGroups: `${WANTED}*` });
      await untilFiltersAre({
        [WANTED]: [],
        [FOREIGN]: [FOREIGN_FILTER, byRule()],
        [DEPLOYED]: [own()],
        [TAGGED]: [byRule()],
        [ELSEWHERE]: [byRule()],
        [NEW]: [byRule()],
      });
      const dry = (await cloud.invoke(deployed?.subscriberName ?? "", { dryRun: true })) as { left?: object };
      return `one filter went, two came; a run after it says ${JSON.stringify(dry.left)}`;
    },

    async remove(): Promise<string> {
      await deployment.destroy(`sidecarless-${NAME}-forwarder`);
      const rest = {
        [WANTED]: [],
        [FOREIGN]: [FOREIGN_FILTER],
        [DEPLOYED]: [],
        [TAGGED]: [],
        [ELSEWHERE]: [],
        [NEW]: [],
      };
      await untilFiltersAre(rest);
      return "all filters of the rule and of the deployment are gone; the other one is there";
    },
  };
}
