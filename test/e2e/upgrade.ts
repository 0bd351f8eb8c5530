import path from "node:path";
import type { ArrivedEntry } from "../../functions/recorder/intake-contract.ts";
import { VERSION } from "../../functions/version.ts";
import type { Synthesized } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, type Environment, LOG_GROUPS, SECRET, taskStream } from "../../tools/embedded-aws/environment.ts";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT } from "../../tools/embedded-aws/python-program.ts";
import { onlyTheseArrive, untilAllArrive } from "./arrivals.ts";
import { type EarlierVersions, earlierVersions, type ProjectFolder, unpack } from "./earlier-version.ts";
import { giveUp } from "./failed-events.ts";
import { eventually, expect, type Step, whilePutting } from "./steps.ts";

const [SMALL, LARGE] = LOG_GROUPS;
/** Four payloads: Datadog takes 1,000 entries in one. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11) */
const LARGE_DELIVERY = 3_500;

/** Earlier versions are deployed, this one over them, and the other way round. Each step starts from what the one before left. */
export async function upgradeSteps(environment: Environment): Promise<Step[]> {
  const found = await earlierVersions();
  if ("missing" in found) return [["upgrade and back", async () => ({ skipped: found.missing })]];
  const scene = upgradeScene(environment, found);
  return [
    ["earlier versions are built", () => scene.build()],
    [`${found.oldest}, the oldest that can be upgraded`, () => scene.start()],
    ["upgraded to this version", () => scene.upgrade()],
    [`back to ${found.earlier}`, () => scene.goBack()],
    ["upgraded once more, and destroyed", () => scene.end()],
  ];
}

/** Log events in the bucket, and the version that made entries of them, or will. */
interface Waiting {
  readonly logGroup: string;
  readonly messages: readonly string[];
  readonly version: string;
}

/** A version of this project, ready to be deployed. */
type Ready = Synthesized & Pick<ProjectFolder, "version">;

function upgradeScene({ aws, cloud, deployment, folder, recorder, settings }: Environment, names: EarlierVersions) {
  let outputs: Readonly<Record<string, string>> = {};
  let ready: { readonly present: Ready; readonly earlier: Ready; readonly oldest: Ready } | undefined;
  let deployed: Ready | undefined;
  let lines = 0;
  const undelivered: Waiting[] = [];
  const rejected: Waiting[] = [];
  const givenUp: Waiting[] = [];
  /** How entries of a version and log group look. */
  const looks = new Map<string, string>();

  const output = (name: string): string => {
    const value = outputs[name];
    expect(value !== undefined, `the stack has no output ${name}, only ${Object.keys(outputs)}`);
    return value;
  };
  const linesOf = (count: number) => Array.from({ length: count }, () => `line ${++lines}: ${"text ".repeat(12)}`);
  const put = async (logGroup: string, count: number): Promise<string[]> => {
    const messages = linesOf(count);
    await cloud.putLogs(logGroup, taskStream(1), messages);
    return messages;
  };
  const putToEach = async () => [...(await put(SMALL, 1)), ...(await put(LARGE, 1))];

  const versions = () => {
    expect(ready !== undefined, "nothing is built");
    return ready;
  };
  const isPresent = () => deployed === versions().present;
  const versionDeployed = () => {
    expect(deployed !== undefined, "nothing is deployed");
    return deployed.version;
  };
  const deploy = async (which: Ready): Promise<void> => {
    outputs = await which.deploy();
    deployed = which;
  };
  const synthesize = async ({ folder, version }: ProjectFolder): Promise<Ready> => {
    // No run by schedule comes before the last step: the replayer runs when a step says so.
    const synthesized = await deployment.synthesize(folder, { ...settings, replayEveryMinutes: "15" });
    return { ...synthesized, version };
  };

  /** In the stack's output, the function's tag and each entry; versions before the first release on entries alone. */
  const saysItsVersion = async (): Promise<string> => {
    const version = versionDeployed();
    const tag = (await cloud.functionTags(output("FunctionName")))["sidecarless:version"];
    const said = [tag, outputs.Version];
    const onEntriesAlone = !isPresent() && said.every((one) => one === undefined);
    expect(onEntriesAlone || said.every((one) => one === version), `${version} calls itself ${said}`);
    recorder.clear();
    await untilAllArrive(recorder, await putToEach());
    for (const entry of recorder.entries()) {
      const tags = String(entry.ddtags).split(",");
      for (const expected of [`forwarder_version:${version}`, "env:e2e", "team:logs"]) {
        expect(tags.includes(expected), `tag ${expected} is not in ${tags}`);
      }
      looks.set(`${version} ${logGroupOf(entry)}`, lookOf(entry));
    }
    return `${version} says so ${onEntriesAlone ? "on entries" : "in output, tag and entries"}`;
  };

  const untilStored = (prefix: string, expected: readonly Waiting[]) =>
    eventually(
      () => cloud.stored(output("BucketName"), prefix),
      ({ events }) => events >= eventsIn(expected),
      ({ events, objects }) => `${events} of ${eventsIn(expected)} events are under ${prefix}, in ${objects} objects`,
    );

  /** Leaves some of each kind in the bucket. */
  const storeEachKind = async (): Promise<string> => {
    const version = versionDeployed();
    recorder.setFaults({ always: { kind: "status", status: 400 } });
    rejected.push({ logGroup: SMALL, messages: await put(SMALL, 3), version });
    await untilStored("rejected/", rejected);
    recorder.setFaults({ always: { kind: "status", status: 503 } });
    undelivered.push({ logGroup: SMALL, messages: await put(SMALL, 5), version });
    undelivered.push({ logGroup: LARGE, messages: await put(LARGE, LARGE_DELIVERY), version });
    const { objects } = await untilStored("undelivered/", undelivered);
    // It has not been through a forwarder: the next one makes entries of it.
    const failed = { logGroup: SMALL, messages: linesOf(20), version: VERSION };
    const stack = { bucketName: output("BucketName"), functionName: output("FunctionName") };
    await giveUp({ aws, cloud }, stack, failed.messages);
    givenUp.push(failed);
    recorder.setFaults(undefined);
    return `it stored ${eventsIn(undelivered)} events in ${objects} objects, rejected 3, and Lambda gave up on 20`;
  };

  /** Once each, as the version that made it would have delivered it. */
  const cameOnce = (entries: readonly ArrivedEntry[], batches: readonly Waiting[]): void => {
    const byMessage = Map.groupBy(entries, ({ message }) => String(message));
    for (const { logGroup, messages, version } of batches) {
      for (const message of messages) {
        const came = byMessage.get(message) ?? [];
        expect(came.length === 1, `"${message}", which ${version} stored, arrived ${came.length} times`);
        const look = lookOf(came[0] as ArrivedEntry);
        const expected = looks.get(`${version} ${logGroup}`);
        expect(look === expected, `what ${version} stored arrived as ${look} instead of ${expected}`);
      }
    }
  };

  const redrive = async (): Promise<void> => {
    const args = [path.join(PROJECT, "tools/redrive/cli.ts"), "--bucket", output("BucketName"), "--yes"];
    const { ok, output: said } = await runProgram(process.execPath, args, { env: aws.environment, cwd: PROJECT });
    expect(ok, `npm run redrive failed: ${said}`);
  };

  /** Deploys a version over the one before while lines are written, and lets its replayer send what waits. */
  const deployOver = async (which: Ready): Promise<string> => {
    const filter = outputs.FilterName;
    recorder.clear();
    const during = await whilePutting(putToEach, () => deploy(which));
    const waiting = undelivered.splice(0);
    const stored = new Set(waiting.flatMap(({ messages }) => messages));
    const early = recorder.entries().filter(({ message }) => stored.has(String(message)));
    expect(early.length === 0, `${early.length} stored events arrived before the new version was there`);
    if (isPresent()) {
      await redrive();
      waiting.push(...rejected.splice(0), ...givenUp.splice(0));
    }
    // A filter that gets another name is made before the old one goes.
    const most = filter === outputs.FilterName ? 1 : 2;
    const all = [...during, ...waiting.flatMap(({ messages }) => messages)];
    await onlyTheseArrive(recorder, all, most, () => cloud.invoke(output("ReplayerName")));
    const came = recorder.entries();
    const ids = new Set(came.map(({ id }) => id));
    expect(ids.size === all.length, `${all.length} lines have ${ids.size} ids`);
    const says = await saysItsVersion();
    cameOnce(came, waiting);
    const often = most === 1 ? "once" : "at least once";
    return `${says}; ${eventsIn(waiting)} events that waited arrived once, ${during.length} lines written meanwhile ${often}`;
  };

  const storeIsEmpty = async (): Promise<void> => {
    for (const prefix of ["undelivered/", "rejected/", "unreadable/", "aws/"]) {
      const { objects } = await cloud.stored(output("BucketName"), prefix);
      expect(objects === 0, `${objects} objects are left under ${prefix}`);
    }
  };

  return {
    async build(): Promise<string> {
      const [oldest, earlier, present] = await Promise.all([
        unpack(names.oldest, path.join(folder, "oldest"), "oldest").then(synthesize),
        unpack(names.earlier, path.join(folder, "earlier"), "earlier").then(synthesize),
        synthesize({ folder: PROJECT, version: VERSION }),
      ]);
      ready = { oldest, earlier, present };
      return `${names.oldest} as ${oldest.version}, ${names.earlier} as ${earlier.version}`;
    },

    async start(): Promise<string> {
      recorder.setFaults(undefined);
      recorder.setApiKey(API_KEY);
      await cloud.setSecret(SECRET, API_KEY);
      await deploy(versions().oldest);
      return `${await saysItsVersion()}; ${await storeEachKind()}`;
    },

    async upgrade(): Promise<string> {
      const seen = await deployOver(versions().present);
      await storeIsEmpty();
      return `${seen}; ${await storeEachKind()}`;
    },

    goBack: async (): Promise<string> => `${await deployOver(versions().earlier)}; ${await storeEachKind()}`,

    async end(): Promise<string> {
      const seen = await deployOver(versions().present);
      await storeIsEmpty();
      await versions().present.destroy();
      return seen;
    },
  };
}

const eventsIn = (batches: readonly Waiting[]) => batches.reduce((sum, { messages }) => sum + messages.length, 0);

const logGroupOf = ({ aws }: ArrivedEntry) => (aws as { awslogs: { logGroup: string } }).awslogs.logGroup;

const lookOf = ({ ddsource, service, hostname, ddtags }: ArrivedEntry) =>
  JSON.stringify({ ddsource, service, hostname, ddtags });
