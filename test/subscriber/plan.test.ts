import { expect, test } from "vitest";
import { type Filter, needsLook, plan, type SeenLogGroup, type Wish } from "../../functions/subscriber/plan.ts";
import { WHYS } from "../../functions/subscriber/whys.ts";

const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:forwarder";
const OURS: Filter = { name: "sidecarless-logs@rule", destinationArn: FUNCTION, pattern: "" };
const RULE = { include: ["/ecs/*", "/aws/lambda/*", "/sidecarless*"], exclude: ["*-debug"], excludeTags: ["logs=off"] };
const wish: Wish = { filter: OURS, rule: { ...RULE, includeTags: ["team"] } };

const other = (n: number, destinationArn = `arn:aws:lambda:eu-west-1:111122223333:function:other-${n}`): Filter => ({
  name: `other-${n}`,
  destinationArn,
  pattern: "",
});
const group = (name: string, filters: readonly Filter[] = [], more: Partial<SeenLogGroup> = {}): SeenLogGroup => ({
  name,
  arn: `arn:aws:logs:eu-west-1:111122223333:log-group:${name}`,
  logGroupClass: "STANDARD",
  filters,
  tags: { team: "shop" },
  ...more,
});

const stream = { ...OURS, destinationArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/logs" };
const toStream: Wish = {
  rule: { include: ["*"] },
  filter: { ...stream, roleArn: "arn:aws:iam::1:role/a", distribution: "Random" },
};
const nothing: Wish = { filter: { name: OURS.name, pattern: "" } };

const CASES: readonly [what: string, seen: SeenLogGroup, expected: string, wish?: Wish][] = [
  ["a new one", group("/ecs/a"), "add: new"],
  ["one with another filter", group("/ecs/a", [other(1)]), "add: new"],
  [
    "one with two others, which may be all that AWS takes",
    group("/ecs/a", [other(1), other(2)]),
    "add: newBesideOthers",
  ],
  [
    "one with five others",
    group(
      "/ecs/a",
      [1, 2, 3, 4, 5].map((n) => other(n)),
    ),
    "leave: full",
  ],
  ["one that has it", group("/ecs/a", [OURS, other(1)]), "leave: upToDate"],
  ["one that is full, and has it", group("/ecs/a", [OURS, ...[1, 2, 3, 4].map((n) => other(n))]), "leave: upToDate"],
  [
    "another destination",
    group("/ecs/a", [{ ...OURS, destinationArn: `${FUNCTION}-old` }]),
    "update: otherDestination",
  ],
  ["another pattern", group("/ecs/a", [{ ...OURS, pattern: "ERROR" }]), "update: otherPattern"],
  ["another role", group("/ecs/a", [{ ...stream, distribution: "Random" }]), "update: otherRole", toStream],
  [
    "another distribution",
    group("/ecs/a", [{ ...stream, roleArn: "arn:aws:iam::1:role/a", distribution: "ByLogStream" }]),
    "update: otherRole",
    toStream,
  ],
  ["a distribution that nobody asked for", group("/ecs/a", [{ ...OURS, distribution: "Random" }]), "leave: upToDate"],
  ["one that nobody names", group("/app/a"), "leave: notIncluded"],
  ["one that nobody names any more", group("/app/a", [OURS]), "remove: notIncluded"],
  ["one that is excluded", group("/ecs/a-debug", [OURS]), "remove: excluded"],
  ["one without the tag", group("/ecs/a", [OURS], { tags: {} }), "remove: tagsNotIncluded"],
  ["one with an excluded tag", group("/ecs/a", [], { tags: { team: "a", logs: "off" } }), "leave: tagsExcluded"],
  ["one of our own", group("/sidecarless/logs/forwarder"), "leave: own"],
  ["one that only looks like it", group("/sidecarless-demo"), "add: new"],
  ["the destination's own", group("/aws/lambda/forwarder"), "leave: loop"],
  ["another function's", group("/aws/lambda/forwarder-2"), "add: new"],
  ["another class", group("/ecs/a", [], { logGroupClass: "INFREQUENT_ACCESS" }), "leave: otherClass"],
  ["one that a deployment subscribed", group("/ecs/a", [other(1, FUNCTION)]), "leave: deliveredAlready"],
  ["one that a deployment subscribed since", group("/ecs/a", [other(1, FUNCTION), OURS]), "remove: deliveredAlready"],
  ["one that can't be seen", group("/ecs/a", [], { unseen: "denied" }), "leave: denied"],
  ["one that nobody wants and that can't be seen", group("/app/a", [], { unseen: "denied" }), "leave: denied"],
  ["one that is excluded, and can't be seen", group("/ecs/a-debug", [], { unseen: "denied" }), "leave: excludedUnseen"],
  ["one that is gone", group("/ecs/a", [], { unseen: "gone" }), "leave: gone"],
  ["no rule any more", group("/ecs/a", [other(1), OURS]), "remove: deployedAway", nothing],
  ["no rule any more, and no filter", group("/ecs/a", [other(1)]), "leave: deployedAway", nothing],
  [
    "no destination known yet",
    group("/ecs/a", [OURS]),
    "leave: upToDate",
    { ...wish, filter: { name: OURS.name, pattern: "" } },
  ],
];

test.each(CASES)("%s", (_, seen, expected, its = wish) => {
  const [decision] = plan([seen], its);
  expect(`${decision?.action}: ${decision?.why}`).toBe(expected);
  expect(decision?.logGroup).toBe(seen.name);
});

test("every reason of a plan has a case; the others are of what was tried", () => {
  const planned = new Set(CASES.map(([, , expected]) => expected.replace(/^\w+: /, "")));
  const tried = ["throttled", "refused", "failed"];
  expect([...planned, ...tried].toSorted()).toEqual(Object.keys(WHYS).toSorted());
});

test("says which filter delivers already, and how many there are", () => {
  const decisions = plan([group("/ecs/a", [other(1, FUNCTION)]), group("/ecs/b", [other(1), other(2)])], wish);
  expect(decisions.map(({ detail }) => detail)).toEqual(["other-1", "2 filters"]);
});

test("only what may be subscribed is looked at, and only tags that decide are asked for", () => {
  const look = needsLook(wish);
  expect(look(group("/ecs/a"))).toEqual({ filters: true, tags: true });
  expect(look(group("/app/a"))).toEqual({ filters: true, tags: false });
  expect(look(group("/sidecarless/a"))).toEqual({ filters: false, tags: false });
  expect(look(group("/ecs/a", [], { logGroupClass: "DELIVERY" }))).toEqual({ filters: false, tags: false });
  expect(needsLook({ filter: OURS, rule: { include: ["*"] } })(group("/ecs/a")).tags).toBe(false);
});
