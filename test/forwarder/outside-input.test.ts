import http from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { codeOf } from "../../functions/error-code.ts";
import { type Forwarded, forward } from "../../functions/forwarder/forward.ts";
import { awsMetadataClients } from "../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../functions/forwarder/metadata/lookup.ts";
import { readDefinition } from "../../functions/forwarder/metadata/read-definition.ts";
import { readTask, taskMetadata } from "../../functions/forwarder/metadata/read-task.ts";
import { openEvent } from "../../functions/forwarder/triggers/open-event.ts";
import { readStateChange } from "../../functions/forwarder/triggers/task-state-change.ts";
import { deepJsonText, jsonText } from "../../functions/json-text.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { storedEvent, storedPayload } from "../../functions/undelivered/stored-object.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "../support/aws.ts";
import { deliveryOf, INVOCATION, lines, onTheWire, STREAM } from "../support/deliveries.ts";
import { ecsTask, startEcs } from "../support/ecs-server.ts";
import { forwarderOf, type Intake, quickClock, startIntake } from "../support/forwarder.ts";

const TASK_ID = STREAM.logStream.slice(-32);
const TASK = ecsTask("one", TASK_ID);
const DEFINITION = {
  name: "app",
  dockerLabels: { "com.datadoghq.tags.env": "prod", "com.datadoghq.ad.logs": '[{"source":"nodejs"}]' },
  environment: [{ name: "DD_SERVICE", value: "shop" }],
};
const EVENT = {
  id: "event-1",
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  time: new Date().toISOString(),
  detail: {
    ...TASK,
    stopCode: "EssentialContainerExited",
    createdAt: "2026-11-22T10:00:00.000Z",
    pullStartedAt: "2026-11-22T10:00:04.000Z",
    containers: [{ name: "app", runtimeId: `${TASK_ID}-1`, exitCode: 1, reason: "OutOfMemoryError" }],
  },
};
const ABOUT = { functionArn: INVOCATION.functionArn, said: {} };
/** More than any look-up here takes. */
const AMPLE_MS = 20_000;

/** Whatever `answers` holds for an operation. */
async function startOddService() {
  const answers = new Map<string, unknown>();
  const server = http.createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const known = answers.get(operation) ?? {};
    const error = typeof known === "object" && known !== null && "__type" in known;
    request.resume();
    response.writeHead(error ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(known));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    answers,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Paths of all that is in a value. */
function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => pathsIn(one, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === name ? replaced(one, rest, by) : one));
  if (typeof value !== "object" || value === null) return value;
  return { ...value, [name]: replaced((value as Record<string, unknown>)[name], rest, by) };
}

/** Like `value`, but with some parts of any other kind. */
const oddlyLike = (value: unknown) =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsIn(value)), fc.jsonValue()), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((changed, [path, by]) => replaced(changed, path, by), value));

const anythingLike = (value: unknown) => fc.oneof(fc.jsonValue(), oddlyLike(value), fc.constant(value));

let service: Awaited<ReturnType<typeof startOddService>>;
let bucket: Bucket;
let intake: Intake;
beforeAll(async () => {
  bucket = await startBucket();
  service = await startOddService();
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", service.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.stop();
  await service.stop();
});
beforeEach(async () => {
  intake = await startIntake();
});
afterEach(async () => {
  service.answers.clear();
  bucket.clear();
  await intake.server.stop();
});

function lookupFrom(endpoint: string) {
  const clients = awsMetadataClients({ endpoint, requestTimeoutMs: AMPLE_MS });
  return createMetadataLookup({ ecs: true, logGroupTags: { rename: {} } }, clients, quickClock);
}

const names = {
  logGroup: STREAM.logGroup,
  account: STREAM.account,
  ecs: { streamPrefix: "web", container: "app", taskId: TASK_ID },
  functionArn: INVOCATION.functionArn,
};

const environment = () => ({
  ...intake.environment,
  DD_S3_BUCKET_NAME: bucket.name,
  AWS_ENDPOINT_URL_S3: bucket.endpoint,
  SIDECARLESS_METADATA_BUDGET_MS: "10000",
});

async function run(event: unknown, parts = forwarderOf(environment())): Promise<Forwarded> {
  const forwarded = await forward(event, { ...INVOCATION, deadlineMs: performance.now() + 60_000 }, parts);
  expect(accountingGap(forwarded.report)).toBe(0);
  return forwarded;
}

describe("any JSON", () => {
  test("may be what ECS and CloudWatch Logs answer: a look-up never rejects", async () => {
    const answers = fc.record({
      DescribeTasks: anythingLike({ tasks: [TASK] }),
      DescribeTaskDefinition: anythingLike({ taskDefinition: { containerDefinitions: [DEFINITION] } }),
      ListClusters: anythingLike({ clusterArns: [String(TASK.clusterArn)] }),
      ListTagsForResource: anythingLike({ tags: { team: "shop" } }),
    });
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        for (const [operation, answer] of Object.entries(given)) service.answers.set(operation, answer);
        const { lookUp } = lookupFrom(service.endpoint);
        for (const clusterHint of [undefined, "one"]) {
          const metadata = await lookUp({ ...names, clusterHint }, AMPLE_MS);
          for (const value of Object.values({ ...metadata.logGroupTags, ...metadata.task?.taskTags })) {
            expect(typeof value).toBe("string");
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test("may be an event: it opens, what it teaches harms no look-up, and its entries can be written", async () => {
    service.answers.set("ListClusters", { clusterArns: [] });
    await fc.assert(
      fc.asyncProperty(anythingLike(EVENT), async (event) => {
        const { learn, lookUp } = lookupFrom(service.endpoint);
        const { items } = openEvent(event, ABOUT, learn);
        const entries = items.flatMap(({ content }) => (content.kind === "entries" ? content.entries : []));
        expect(items).toHaveLength(1);
        for (const entry of entries) expect(JSON.parse(JSON.stringify(onTheWire(entry))).ddsource).toBe("ecs");
        await lookUp(names, 0);
      }),
      { numRuns: 300 },
    );
  });

  test("may be a task, a definition or a change: none makes a reader throw", () => {
    const known = readTask(TASK);
    fc.assert(
      fc.property(anythingLike(TASK), anythingLike([DEFINITION]), anythingLike(EVENT), (task, definition, event) => {
        const read = readTask(task) ?? known;
        if (read) taskMetadata(read, "app", readDefinition(definition));
        readStateChange(event);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is written as JSON.stringify does, whichever way", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(deepJsonText(value)).toBe(JSON.stringify(value));
        expect(jsonText(value)).toBe(JSON.stringify(value));
      }),
    );
    expect(jsonText(undefined)).toBe("null");
  });
});

describe("answers of a service with something of another kind than it should be", () => {
  const whole = () => {
    service.answers.set("DescribeTasks", { tasks: [TASK] });
    service.answers.set("DescribeTaskDefinition", { taskDefinition: { containerDefinitions: [DEFINITION] } });
    service.answers.set("ListClusters", { clusterArns: [TASK.clusterArn] });
    service.answers.set("ListTagsForResource", { tags: { team: "shop" } });
  };

  test("whole answers are not partial", async () => {
    whole();
    const metadata = await lookupFrom(service.endpoint).lookUp(names, AMPLE_MS);
    expect(metadata).toMatchObject({
      partial: false,
      notes: [],
      task: { env: "prod" },
      logGroupTags: { team: "shop" },
    });
  });

  test.each<[string, Json]>([
    ["DescribeTasks", { tasks: [{ ...TASK, group: {} } as Json] }],
    ["DescribeTasks", { tasks: [{ ...TASK, version: "7" } as Json] }],
    ["DescribeTasks", { tasks: [{ ...TASK, tags: [{ key: "team", value: 7 }] } as Json] }],
    ["DescribeTasks", { tasks: [{ ...TASK, containers: "x" } as Json] }],
    ["DescribeTasks", { tasks: [{ ...TASK, containers: [{ name: 7 }] } as Json] }],
    ["DescribeTasks", { tasks: [{ ...TASK, containers: [{ name: "app", runtimeId: 5 }] } as Json] }],
    ["DescribeTaskDefinition", { taskDefinition: { containerDefinitions: [{ ...DEFINITION, name: 7 }] } }],
    ["DescribeTaskDefinition", { taskDefinition: { containerDefinitions: [{ ...DEFINITION, environment: {} }] } }],
    ["DescribeTaskDefinition", { taskDefinition: { containerDefinitions: [{ ...DEFINITION, dockerLabels: [] }] } }],
    ["ListTagsForResource", { tags: { team: 7 } }],
  ])("%s: the rest of it is used, and it counts as partial: %j", async (operation, answer) => {
    whole();
    service.answers.set(operation, answer);
    const metadata = await lookupFrom(service.endpoint).lookUp(names, AMPLE_MS);
    expect(metadata).toMatchObject({ partial: true, task: { cluster: "one" }, missingRights: [] });
  });

  test.each<[string, string, Json]>([
    ["ecs:DescribeTasks", "DescribeTasks", { tasks: {} }],
    ["ecs:DescribeTasks", "DescribeTasks", { tasks: "x" }],
    ["ecs:DescribeTaskDefinition", "DescribeTaskDefinition", {}],
    ["ecs:DescribeTaskDefinition", "DescribeTaskDefinition", { taskDefinition: { containerDefinitions: {} } }],
    ["ecs:ListClusters", "ListClusters", { clusterArns: "x" }],
    ["ecs:ListClusters", "ListClusters", { clusterArns: [7] }],
    ["logs:ListTagsForResource", "ListTagsForResource", { tags: "x" }],
  ])("%s: one that tells nothing is noted by a code, and asked for again later", async (right, operation, answer) => {
    whole();
    service.answers.set(operation, answer);
    const metadata = await lookupFrom(service.endpoint).lookUp(names, AMPLE_MS);
    expect(metadata.partial).toBe(true);
    expect(metadata.notes).toEqual([`${right} UnexpectedAnswer`]);
  });
});

test.each<[string, Json]>([
  ["tags", { tags: null }],
  ["a tag", { tags: [{ key: 7, value: {} }] }],
  ["containers", { containers: "x" }],
  ["a container's name", { containers: [{ name: 7, runtimeId: `${TASK_ID}-1` }] }],
  ["a container's runtime id", { containers: [{ name: "app", runtimeId: 5 }] }],
  ["the group", { group: {} }],
  ["the version", { version: "7" }],
])("an event about a task in which %s can't be right makes no delivery of that task fail", async (_what, detail) => {
  const ecs = await startEcs("eu-west-1", STREAM.account);
  ecs.clusters.set("one", new Map([[TASK_ID, TASK]]));
  ecs.definitions.set(String(TASK.taskDefinitionArn), [DEFINITION]);
  const parts = { ...forwarderOf(environment()), metadata: lookupFrom(ecs.endpoint) };
  try {
    const event = { ...EVENT, detail: { ...EVENT.detail, ...(detail as object) } };
    expect((await run(event, parts)).report).toMatchObject({ received: 1, delivered: 1 });
    for (const line of ["one", "two"]) {
      expect((await run(deliveryOf([line]), parts)).report).toMatchObject({ received: 1, delivered: 1 });
    }
    const tags = async () => {
      intake.recorder.clear();
      await run(deliveryOf(["later"]), parts);
      return String(intake.recorder.entries()[0]?.ddtags).split(",");
    };
    const all = ["cluster_name:one", "team:shop", "env:prod", `container_id:${TASK_ID}-2495160603`];
    await expect.poll(tags, { timeout: AMPLE_MS }).toEqual(expect.arrayContaining(all));
  } finally {
    await ecs.stop();
  }
});

describe("an event that is nested deeper than a stack is", () => {
  const kinds: readonly (readonly [string, string, string])[] = [
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ];
  test.each(kinds.flatMap((kind) => [5_000, 50_000].map((depth) => [depth, ...kind] as const)))(
    "%i %s are stored whole, and the invocation succeeds",
    async (depth, _what, open, close) => {
      const text = `{"deep":${open.repeat(depth)}"end"${close.repeat(depth)},"after":[1,null,{"b":"ü\\n"}]}`;
      const { report, failure } = await run(JSON.parse(text));
      expect(failure).toBeUndefined();
      expect(report).toMatchObject({ received: 0, unreadable: 1 });
      const [key = ""] = await bucket.keys("unreadable/");
      const { body } = await bucket.read(key);
      expect(Buffer.from(body).toString() === text).toBe(true);
    },
  );
});

describe("what a service calls its error", () => {
  const ODD = ["Bad\r\nName", "Zugriff verweigert für dich", "x".repeat(3_000), "<Error>", '{"a":1}'];

  test.each(ODD)("is no reason unless it is a code, and a healthy store takes all: %j", async (name) => {
    service.answers.set("GetSecretValue", { __type: name, message: "planted" });
    const { DD_API_KEY: _, ...others }: Record<string, string> = environment();
    const { report, failure } = await run(
      deliveryOf(lines(3_000)),
      forwarderOf({ ...others, DD_API_KEY_SECRET_ARN: "dd-key" }),
    );
    expect(failure).toBeUndefined();
    expect(report).toMatchObject({ received: 3_000, undelivered: 3_000, returned: 0 });
    expect(Object.keys(report.reasons)).toEqual(["api key unknown error"]);
    const [key = ""] = await bucket.keys("undelivered/");
    expect((await bucket.read(key)).metadata.reason).toBe("api key unknown error");
  });

  test.each(ODD)("is no note unless it is a code: %j", async (name) => {
    service.answers.set("DescribeTasks", { __type: name });
    const { lookUp } = lookupFrom(service.endpoint);
    const { notes } = await lookUp({ ...names, clusterHint: "one" }, AMPLE_MS);
    expect(notes).toEqual(["ecs:DescribeTasks unknown error"]);
  });

  test("is always a code", () => {
    const named = (name: unknown) => Object.assign(new Error("planted"), { name });
    expect(codeOf(named("ThrottlingException"))).toBe("ThrottlingException");
    for (const odd of [...ODD, "", 7, undefined, "ü"]) expect(codeOf(named(odd))).toBe("unknown error");
    for (const thrown of ["text", undefined, null, { name: "NoError" }]) expect(codeOf(thrown)).toBe("unknown error");
    fc.assert(
      fc.property(fc.anything(), (name) => {
        expect(codeOf(named(name))).toMatch(/^[A-Za-z0-9_.: -]{1,64}$/);
      }),
    );
  });
});

test("a reason becomes metadata that S3 takes, whatever is in it", () => {
  const payload = { entryCount: 1, rawBytes: 1, firstEventMs: 0, lastEventMs: 0 };
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a\r\nb: c", "x".repeat(3_000))), (reason) => {
      const objects = [
        storedEvent({}, reason),
        storedPayload("rejected", { ...payload, body: Buffer.from("x"), encoding: "gzip" }, reason),
      ];
      for (const { metadata } of objects) expect(metadata.reason).toMatch(/^[\x20-\x7e]{0,200}$/);
    }),
  );
});

test("logs of a clock that is hours ahead get the present time, since the intake would drop them without a word", async () => {
  const ahead = Date.now() + 3 * 3_600_000;
  const { report } = await run(deliveryOf(["soon", "sooner"], ahead));
  expect(report).toMatchObject({ delivered: 2, redated: 2 });
  expect(intake.recorder.summary()).toMatchObject({ tooOld: 0, tooNew: 0 });
  expect(intake.recorder.entries()[0]).toMatchObject({ redated: { originalTimestamp: ahead } });
});
