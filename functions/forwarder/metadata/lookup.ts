import { type Clock, leftMs, nextMs } from "../../clock.ts";
import type { Metadata } from "../../records/metadata.ts";
import { createCache } from "./cache.ts";
import type { MetadataClients } from "./clients.ts";
import { createTaskFinder } from "./find-task.ts";
import { createGuard } from "./guard.ts";
import { isSettled, nameOf, taskMetadata } from "./read-task.ts";
import type { KnownDefinition, KnownTags, KnownTask, MetadataNames } from "./types.ts";

export interface MetadataSettings {
  /** Look up ECS tasks and their definitions. */
  readonly ecs: boolean;
  /** Look up the tags of log groups; undefined: don't. */
  readonly logGroupTags?: {
    /** Names in AWS of those to send; undefined: all. */
    readonly allow?: readonly string[];
    /** Name in AWS → name in Datadog. */
    readonly rename: Readonly<Record<string, string>>;
  };
}

export interface MetadataLookup {
  /**
   * What is known of the writer after at most `budgetMs`. Never rejects. What comes too late is used the next time,
   * if the sandbox was not frozen for so long that the call was given up.
   */
  readonly lookUp: (names: MetadataNames, budgetMs: number) => Promise<Metadata>;
  /** Takes what an event tells of its task, so that this sandbox knows it however soon it stops. */
  readonly learn: (told: KnownTask) => void;
}

/** Tags of a running task may be changed; the rest stays as it is. */
const TASKS = { maxEntries: 5_000, freshMs: 900_000, missingMs: 60_000 };
/** A revision never changes. */
const DEFINITIONS = { maxEntries: 500, freshMs: Number.POSITIVE_INFINITY, missingMs: 60_000 };
/** An answer with something in it that can't be right is not believed for good. */
const MALFORMED_MS = 900_000;
const LOG_GROUP_TAGS = { maxEntries: 1_000, freshMs: 900_000, missingMs: 300_000 };

/** In reports. There are few names that anybody would list. */
const MAX_NAMES_TOLD = 50;

/** Looks up what names alone don't tell, and keeps the answers as long as the sandbox lives. */
export function createMetadataLookup(
  settings: MetadataSettings,
  clients: MetadataClients,
  clock: Clock,
): MetadataLookup {
  const guard = createGuard(clock);
  const { findTask, seenIn } = createTaskFinder(clients, guard, clock);
  const tasks = createCache<KnownTask>(TASKS, clock);
  const definitions = createCache<KnownDefinition>(DEFINITIONS, clock);
  const logGroupTags = createCache<KnownTags>(LOG_GROUP_TAGS, clock);

  const fillTask = async (taskId: string, { logGroup, clusterHint }: MetadataNames) => {
    await tasks.fill(taskId, () => findTask(taskId, logGroup, clusterHint));
    const arn = tasks.known(taskId)?.taskDefinitionArn;
    if (!arn) return;
    await definitions.fill(arn, () =>
      guard.call("ecs:DescribeTaskDefinition", arn, async () => {
        const value = await clients.describeTaskDefinition(arn);
        return { status: "found", value, ...(value.malformed && { freshMs: MALFORMED_MS }) };
      }),
    );
  };
  const askForTags = (arn: string) =>
    guard.call("logs:ListTagsForResource", arn, async () => ({
      status: "found",
      value: await clients.listLogGroupTags(arn),
    }));
  /** Of a group of which nothing is known yet, a throttled call is made again as long as there is time. */
  const fillTags = (arn: string, budgetMs: number) => {
    const budget = nextMs(clock, budgetMs);
    return logGroupTags.fill(arn, async () => {
      for (;;) {
        const answer = await askForTags(arn);
        const { againMs } = answer.status === "failed" ? answer : {};
        // Spread, or all groups of a batch would ask again at once.
        const waitMs = againMs === undefined ? Number.POSITIVE_INFINITY : againMs * (1 + clock.random() / 4);
        if (logGroupTags.known(arn) || waitMs > leftMs(clock, budget)) return answer;
        await clock.sleep(waitMs);
      }
    });
  };

  const inOtherCase = new Set<string>();
  /** Names as they are in AWS that only their case keeps off the list of those to send; each is told once. */
  const newInOtherCase = (tags: KnownTags | undefined) => {
    const found = namesInOtherCase(tags?.tags, settings.logGroupTags).filter((name) => !inOtherCase.has(name));
    if (inOtherCase.size + found.length > MAX_NAMES_TOLD) return [];
    for (const name of found) inOtherCase.add(name);
    return found.map((name) => `log group tag in other case: ${name.replace(/[^\w.: -]/g, "_")}`.slice(0, 64));
  };

  const lookUp = async (names: MetadataNames, budgetMs: number): Promise<Metadata> => {
    const own = names.account === names.functionArn.split(":")[4];
    const taskId = settings.ecs && own ? names.ecs?.taskId : undefined;
    const groupArn = settings.logGroupTags && own ? logGroupArn(names) : undefined;
    const work = [taskId && fillTask(taskId, names), groupArn && fillTags(groupArn, budgetMs)];
    await atMost(budgetMs, Promise.all(work));

    const task = taskId ? tasks.known(taskId) : undefined;
    const definition = task && definitions.known(task.taskDefinitionArn);
    const metadata = task && taskMetadata(task, names.ecs?.container, definition);
    const group = groupArn === undefined ? undefined : logGroupTags.known(groupArn);
    const { missingRights, notes } = guard.takeFindings();
    return {
      task: metadata,
      logGroupTags: chosenTags(group?.tags, settings.logGroupTags),
      partial:
        (settings.ecs && names.ecs !== undefined && !isComplete(names.ecs.container, task, definition)) ||
        (settings.logGroupTags !== undefined && group?.malformed !== false),
      missingRights,
      notes: [...notes, ...newInOtherCase(group)],
    };
  };
  const learn = (told: KnownTask) => {
    const taskId = nameOf(told.taskArn);
    // Its service's next task, of which no event came to this sandbox, is probably there, too.
    if (!told.malformed) seenIn(told.clusterArn);
    const before = tasks.known(taskId);
    // Events come in any order. One that can't be right is no reason to forget what is known.
    if (before && (told.malformed || before.version > told.version)) return;
    const tags = told.tags ?? before?.tags;
    // An event without tags, or from before all ids are known, serves only until ECS answers.
    const isAll = tags !== undefined && isSettled(told) && !told.malformed;
    tasks.put(taskId, { ...told, tags }, isAll ? TASKS.freshMs : 0);
  };
  return { lookUp, learn };
}

/** Whether nothing more can be learned of the container. One that no definition names, as of a sidecar, needs none. */
function isComplete(container = "", task?: KnownTask, definition?: KnownDefinition): boolean {
  const runtimeId = task?.containers.find(({ name }) => name === container)?.runtimeId;
  const readable = definition?.malformed === false && definition.containers.get(container)?.unreadable !== true;
  return runtimeId !== undefined && task?.tags !== undefined && !task.malformed && readable;
}

/** A real timer, and not the clock: it bounds what a service takes, which no clock of a test can move. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, outOfTime]).finally(() => clearTimeout(timer));
}

/**
 * Tags have the ARN without `:*` at its end, in IAM policies, too.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html (2026-11)
 */
function logGroupArn({ logGroup, account, functionArn }: MetadataNames): string {
  const [, partition, , region] = functionArn.split(":");
  return `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`;
}

function namesInOtherCase(tags: KnownTags["tags"] = {}, choice: MetadataSettings["logGroupTags"]): string[] {
  const allowed = choice?.allow?.filter((name) => !Object.hasOwn(tags, name)).map((name) => name.toLowerCase());
  return allowed ? Object.keys(tags).filter((name) => allowed.includes(name.toLowerCase())) : [];
}

function chosenTags(tags: Readonly<Record<string, string>> = {}, choice: MetadataSettings["logGroupTags"]) {
  const newNames = new Map(Object.entries(choice?.rename ?? {}));
  const chosen = Object.entries(tags).filter(([name]) => choice?.allow?.includes(name) ?? true);
  return Object.fromEntries(chosen.map(([name, value]) => [newNames.get(name) ?? name, value]));
}
