import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup, type MetadataSettings } from "../../../functions/forwarder/metadata/lookup.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type EcsServer, startEcs } from "../../support/ecs-server.ts";
import { manualClock } from "../../support/sends.ts";

const ACCOUNT = "111122223333";
const OPERATION = "ListTagsForResource";
const arnOf = (logGroup: string) => `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:${logGroup}`;
/** More than any look-up here takes, so that nothing but the test's own doing ends it. */
const AMPLE_MS = 20_000;
const poll = <T>(read: () => T) => expect.poll(read, { timeout: AMPLE_MS });

let aws: EcsServer;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  aws = await startEcs("eu-west-1", ACCOUNT);
  aws.logGroupTags.set(arnOf("/one"), { owner: "shop" });
  aws.logGroupTags.set(arnOf("/two"), { owner: "web" });
});
afterEach(async () => {
  await aws.stop();
  vi.unstubAllEnvs();
});

function lookup(logGroupTags: MetadataSettings["logGroupTags"] = { rename: {} }) {
  const clock = manualClock();
  const clients = awsMetadataClients({ endpoint: aws.endpoint, requestTimeoutMs: AMPLE_MS });
  const { lookUp } = createMetadataLookup({ ecs: false, logGroupTags }, clients, clock);
  const functionArn = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:forwarder`;
  return {
    clock,
    lookUp: (budgetMs: number, logGroup = "/one") => lookUp({ logGroup, account: ACCOUNT, functionArn }, budgetMs),
  };
}
const calls = () => aws.inputs(OPERATION).length;

describe("while AWS throttles", () => {
  test("the first delivery of a group waits for its tags, as long as its budget lasts", async () => {
    aws.throttledCalls.set(OPERATION, 3);
    const { clock, lookUp } = lookup();
    expect(await lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: { owner: "shop" }, partial: false });
    expect(calls()).toBe(4);
    // An eighth more than the pauses of 25, 50 and 100 ms.
    expect(clock.nowMs).toBeCloseTo(197, 0);
  });

  test("no call is made that would end too late, and each is noted", async () => {
    aws.throttled.add(OPERATION);
    const { clock, lookUp } = lookup();
    const first = await lookUp(AMPLE_MS);
    expect(first).toMatchObject({ logGroupTags: {}, partial: true });
    expect(first.notes).toEqual(Array(calls()).fill(`logs:${OPERATION} ThrottlingException`));
    expect(clock.nowMs).toBeLessThanOrEqual(AMPLE_MS);
    const before = calls();
    await lookUp(0);
    expect(calls()).toBe(before);
  });

  test("the next delivery has the tags, as soon as AWS gives them", async () => {
    aws.throttledCalls.set(OPERATION, 1);
    const { lookUp } = lookup();
    // Without time for a second call.
    await lookUp(0);
    await poll(calls).toBe(1);
    await poll(() => lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: { owner: "shop" }, partial: false });
    expect(calls()).toBe(2);
  });

  test("what was known of a group stays in use, however old it is, and nobody waits", async () => {
    const { clock, lookUp } = lookup();
    await lookUp(AMPLE_MS);
    aws.throttled.add(OPERATION);
    aws.logGroupTags.set(arnOf("/one"), { owner: "new" });
    for (let hour = 1; hour <= 5; hour++) {
      clock.nowMs = hour * 3_600_000;
      expect(await lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: { owner: "shop" }, partial: false });
      await poll(calls).toBe(1 + hour);
      expect(clock.nowMs).toBe(hour * 3_600_000);
    }
    aws.throttled.clear();
    clock.nowMs += 3_600_000;
    await poll(async () => (await lookUp(AMPLE_MS)).logGroupTags).toEqual({ owner: "new" });
  });

  test("of many groups at once each gets its own, and each call is either throttled or the group's last", async () => {
    const groups = Array.from({ length: 20 }, (_, i) => `/group/${i}`);
    for (const group of groups) aws.logGroupTags.set(arnOf(group), { owner: group.slice(7) });
    aws.throttledCalls.set(OPERATION, 30);
    const { lookUp } = lookup();
    const owners = async () => {
      const all = await Promise.all(groups.map((group) => lookUp(AMPLE_MS, group)));
      return all.map(({ logGroupTags }) => logGroupTags.owner);
    };
    await poll(owners).toEqual(groups.map((group) => group.slice(7)));
    expect(calls()).toBe(50);
  });
});

test.each([
  ["a missing right", "denied" as const],
  ["a group that is not there", undefined],
])("%s is not asked for again and again", async (_what, state) => {
  if (state) aws[state].add(OPERATION);
  else aws.logGroupTags.clear();
  const { lookUp } = lookup();
  expect(await lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: {}, partial: true });
  expect(calls()).toBe(1);
});

describe("a name that is on the list in another case", () => {
  const inAws = { Team: "a", team: "b", "Cost Center": "c", "x@Y": "d", owner: "e" };
  const NOTES = [
    "log group tag in other case: Cost Center",
    // No other letters get into a report.
    "log group tag in other case: x_Y",
  ];

  test("is not sent, and told once", async () => {
    aws.logGroupTags.set(arnOf("/one"), inAws);
    aws.logGroupTags.set(arnOf("/two"), { ...inAws, Owner: "f", OWNER: "g" });
    const { lookUp } = lookup({ allow: ["team", "cost center", "X@y", "nothing"], rename: {} });
    expect(await lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: { team: "b" }, notes: NOTES });
    for (const group of ["/one", "/two"]) expect((await lookUp(AMPLE_MS, group)).notes).toEqual([]);
  });

  test("does not matter where all are sent", async () => {
    aws.logGroupTags.set(arnOf("/one"), inAws);
    expect(await lookup().lookUp(AMPLE_MS)).toMatchObject({ logGroupTags: inAws, notes: [] });
  });
});
