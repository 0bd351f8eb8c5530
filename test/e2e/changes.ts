import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Deployed } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, type Environment, SECRET, taskStream } from "../../tools/embedded-aws/environment.ts";
import { onlyTheseArrive } from "./arrivals.ts";
import { eventually, expect, type Step, whilePutting } from "./steps.ts";

const GROUPS = ["/changes/alpha", "/changes/beta", "/changes/gamma", "/changes/delta"] as const;
const [ALPHA, BETA, GAMMA, DELTA] = GROUPS;
const SERVICE_APP = fileURLToPath(new URL("./service-app.ts", import.meta.url));
const SERVICE_GROUP = "/ecs/prod/shop";
const RENAMED = "renamed";

/** The forwarder deployed, and then changed as people change it. Each step starts from what the one before left. */
export const changeSteps = (environment: Environment): Step[] => {
  const scene = changeScene(environment);
  const changed = (logGroups: readonly string[]) => () => scene.changeTo(logGroups);
  return [
    ["three log groups", () => scene.start([ALPHA, BETA, GAMMA])],
    ["the first is taken out", changed([BETA, GAMMA])],
    ["one is put in front", changed([DELTA, BETA, GAMMA])],
    ["they change places", changed([GAMMA, DELTA, BETA])],
    ["one goes, one comes, all move", changed([BETA, ALPHA, GAMMA])],
    ["a rule is changed", () => scene.changeRule([BETA, ALPHA, GAMMA])],
    ["a service changes its path", () => scene.switchPaths()],
    ["the stack gets another name", () => scene.rename([BETA, ALPHA, GAMMA])],
    ["deleted and made again on the kept bucket", () => scene.makeAgain([BETA, ALPHA, GAMMA])],
  ];
};

function changeScene({ cloud, deployment, recorder, settings, folder }: Environment) {
  let deployed: Deployed | undefined;
  let subscribed: readonly string[] = [];
  let count = 0;

  const deploy = async (logGroups: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    deployed = await deployment.deploy({ ...settings, logGroups: logGroups.join(","), ...others });
    subscribed = logGroups;
    return deployed;
  };

  const put = async (logGroup: string): Promise<string> => {
    const message = `change ${++count} of ${logGroup}`;
    await cloud.putLogs(logGroup, taskStream(1), [message]);
    return message;
  };

  const putToEach = async (logGroups: readonly string[]): Promise<string[]> => {
    const messages: string[] = [];
    for (const logGroup of logGroups) messages.push(await put(logGroup));
    return messages;
  };

  const allArrive = (messages: readonly string[], most: number) => onlyTheseArrive(recorder, messages, most);

  /** Each subscribed group has one filter, of the forwarder that is deployed; the others have none. */
  const filtersAreRight = async (): Promise<void> => {
    for (const logGroup of GROUPS) {
      const filters = await cloud.subscriptions(logGroup);
      const expected = subscribed.includes(logGroup) ? [deployed?.filterName] : [];
      const right = JSON.stringify(filters) === JSON.stringify(expected);
      expect(right, `${logGroup} has the filters [${filters}] instead of [${expected}]`);
    }
  };

  /**
   * Puts lines before, during and after a change: before and after to each group that is subscribed then, during it to
   * those that are on both sides of it.
   */
  const around = async (logGroups: readonly string[], run: () => Promise<unknown>, mostDuring = 1): Promise<string> => {
    recorder.clear();
    const before = await putToEach(subscribed);
    await allArrive(before, 1);
    recorder.clear();
    const staying = subscribed.filter((group) => logGroups.includes(group));
    const during = await whilePutting(() => putToEach(staying), run);
    await allArrive(during, mostDuring);
    await filtersAreRight();
    recorder.clear();
    const others = GROUPS.filter((group) => !subscribed.includes(group));
    await putToEach(others);
    const after = await putToEach(subscribed);
    await allArrive(after, 1);
    const often = mostDuring === 1 ? "once" : "once before and after, at least once during it";
    return `${before.length} lines before, ${during.length} during and ${after.length} after it arrived ${often}`;
  };

  return {
    async start(logGroups: readonly string[]): Promise<string> {
      recorder.setFaults(undefined);
      recorder.setApiKey(API_KEY);
      await cloud.setSecret(SECRET, API_KEY);
      for (const logGroup of GROUPS) await cloud.createLogGroup(logGroup);
      await deploy(logGroups);
      await filtersAreRight();
      return `each has the filter ${deployed?.filterName}`;
    },

    changeTo: (logGroups: readonly string[]) => around(logGroups, () => deploy(logGroups)),

    async changeRule(logGroups: readonly string[]): Promise<string> {
      const rules = path.join(folder, "rules.json");
      writeFileSync(rules, JSON.stringify({ rules: [{ logGroup: "/changes/*", tags: ["ruled:yes"] }] }));
      const seen = await around(logGroups, () => deploy(logGroups, { rules }));
      const ruled = recorder.entries().every(({ ddtags }) => String(ddtags).includes("ruled:yes"));
      expect(ruled, "lines after it don't have the tag that the new rule gives");
      return `${seen}; the rule applies`;
    },

    async switchPaths(): Promise<string> {
      const { functionArn = "", filterName = "" } = deployed ?? {};
      const context = { functionArn, filterName, apiKeySecret: SECRET };
      const seen: string[] = [];
      for (const to of ["lambda", "firelens", "development", "lambda"]) {
        await deployment.deployOther(SERVICE_APP, "shop", { ...context, path: to });
        const filters = await cloud.subscriptions(SERVICE_GROUP);
        const expected = to === "lambda" ? [filterName] : [];
        expect(JSON.stringify(filters) === JSON.stringify(expected), `with ${to} it has the filters [${filters}]`);
        recorder.clear();
        const message = await put(SERVICE_GROUP);
        await allArrive(to === "lambda" ? [message] : [], 1);
        seen.push(to);
      }
      const kept = (await cloud.logLines(SERVICE_GROUP)).length;
      expect(kept === seen.length, `the log group has ${kept} of ${seen.length} lines: its history is lost`);
      await deployment.destroy("shop");
      return `${seen.join(" → ")}: one filter with lambda, none otherwise; the log group kept its lines`;
    },

    /** The new one first, so that nothing is lost; until the old one goes, lines come from both. */
    async rename(logGroups: readonly string[]): Promise<string> {
      const old = deployed;
      const seen = await around(
        logGroups,
        async () => {
          await deploy(logGroups, { name: RENAMED });
          await deployment.destroy();
        },
        2,
      );
      expect(old?.filterName !== deployed?.filterName, "the filter has the old stack's name");
      return seen;
    },

    async makeAgain(logGroups: readonly string[]): Promise<string> {
      const { bucketName = "" } = deployed ?? {};
      recorder.clear();
      recorder.setFaults({ always: { kind: "status", status: 503 } });
      const waiting = await putToEach(logGroups);
      await eventually(
        () => cloud.stored(bucketName, "undelivered/"),
        ({ events }) => events >= waiting.length,
        ({ events }) => `${events} of ${waiting.length} lines were stored`,
      );
      await deployment.destroy(`sidecarless-${RENAMED}-forwarder`);
      recorder.setFaults(undefined);
      const { replayerName } = await deploy(logGroups, { name: RENAMED, bucketName });
      await filtersAreRight();
      await cloud.invoke(replayerName);
      await allArrive(waiting, 1);
      recorder.clear();
      await allArrive(await putToEach(logGroups), 1);
      await deployment.destroy(`sidecarless-${RENAMED}-forwarder`);
      expect((await cloud.buckets()).includes(bucketName), "the bucket is gone");
      return `${waiting.length} lines that waited in ${bucketName} arrived once, from the new stack`;
    },
  };
}
