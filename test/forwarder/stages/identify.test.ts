import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KNOWN_NAMES } from "../../../functions/forwarder/stages/identify/known-names.ts";
import { identify } from "../../../functions/forwarder/stages/identify.ts";
import { CASES } from "./identify/cases/all.ts";
import { CONTAINER_ID, HEX, UUID } from "./identify/cases/names-case.ts";

const TASK = `web/app/${HEX}`;

describe("ECS streams", () => {
  it.each([
    ["prefix/container/task", TASK, { streamPrefix: "web", container: "app", taskId: HEX }],
    ["a prefix with slashes", `a/b/c/app/${HEX}`, { streamPrefix: "a/b/c", container: "app", taskId: HEX }],
    ["a task id from before 2019", `web/app/${UUID}`, { streamPrefix: "web", container: "app", taskId: UUID }],
    ["a container id, on EC2 without a prefix", CONTAINER_ID, { containerId: CONTAINER_ID }],
  ])("reads %s", (_what, logStream, ecs) => {
    expect(identify({ logGroup: "any", logStream })).toMatchObject({ source: "ecs", ecs });
    expect(identify({ logGroup: "/ecs/any", logStream })).toMatchObject({ source: "ecs", ecs });
  });

  it("reads the task of a Batch job, too", () => {
    const ecs = { streamPrefix: "nightly", container: "default", taskId: HEX };
    expect(identify({ logGroup: "/aws/batch/job", logStream: `nightly/default/${HEX}` }).ecs).toEqual(ecs);
  });

  it.each([`app/${HEX}`, `/app/${HEX}`, `web//${HEX}`, `web/app/${HEX}0`, `web/app/${HEX.toUpperCase()}`])(
    "does not take %s for one",
    (logStream) => {
      expect(identify({ logGroup: "any", logStream }).source).toBe("cloudwatch");
    },
  );
});

it.each(["shared-functions", "/my/vpc/group", "/ecs/odd", "/aws/rds/odd", "/aws/lambda/other"])(
  "reads the function from the stream when several share the group %s",
  (logGroup) => {
    expect(identify({ logGroup, logStream: `2026/11/22/Check-out_2[$LATEST]${HEX}` })).toEqual({
      source: "lambda",
      service: "check-out_2",
      hostname: logGroup,
      lambda: { functionName: "Check-out_2" },
    });
  },
);

it.each([
  ["an ECS group with vpc in its name", "/ecs/vpc-proxy", "s", "ecs"],
  ["an ECS stream in a group with vpc in its name", "vpc-tools", TASK, "ecs"],
  ["an ECS stream in a group with cloudtrail in its name", "cloudtrail-reader", TASK, "ecs"],
  ["an ECS stream whose prefix is states", "workers", `states/a/b/${UUID}`, "ecs"],
  ["a Lambda group with an ECS-shaped stream", "/aws/lambda/f", TASK, "lambda"],
  ["a Lambda group with cloudtrail in its name", "/aws/lambda/cloudtrail-reader", "s", "lambda"],
  ["a CloudTrail stream in a group with vpc in its name", "vpc", "1_CloudTrail_x", "cloudtrail"],
  [
    "the stream of a firewall in a group with vpc in its name",
    "vpc",
    "/aws/network-firewall/flow/f_1",
    "network-firewall",
  ],
  ["a known prefix that is not at the start", "/old/aws/lambda/f", "s", "cloudwatch"],
  ["msk inside a word", "/app/mskitchen", "s", "cloudwatch"],
])("the more telling name wins: %s", (_what, logGroup, logStream, source) => {
  expect(identify({ logGroup, logStream }).source).toBe(source);
});

it("gives a host of its own to an instance, and to none that only looks like one", () => {
  const hostOf = (logStream: string) => identify({ logGroup: "g", logStream }).hostname;
  expect(hostOf("web/i-0123456789abcdef0/access.log")).toBe("i-0123456789abcdef0");
  for (const logStream of ["i-0123456789abcdef0a", "api-08014e4f", "i-app", "I-08014E4F"]) {
    expect(hostOf(logStream)).toBe("g");
  }
});

// Log group names may end with a slash.
it("knows an ECS group whose name ends with a slash", () => {
  expect(identify({ logGroup: "/ecs/shop/", logStream: "s" })).toMatchObject({ source: "ecs", service: "shop" });
});

const parts = [
  "/",
  "-",
  "_",
  "[",
  "]",
  "eni-",
  "i-",
  "vpc",
  "_CloudTrail_",
  "2026/11/22/",
  HEX,
  CONTAINER_ID,
  UUID,
  "\n",
  "İ",
];
const known = CASES.flatMap(({ group, stream }) => [group, stream]);
const name = fc
  .array(fc.oneof(fc.constantFrom(...known, ...parts), fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((pieces) => pieces.join("").slice(0, 512));

it("knows a source for any names, the same in upper and lower case", () => {
  const all = new Set(["cloudwatch", ...KNOWN_NAMES.map(({ source }) => source)]);
  fc.assert(
    fc.property(name, name, (logGroup, logStream) => {
      const { source, hostname } = identify({ logGroup, logStream });
      expect(all).toContain(source);
      expect(hostname).toBeTypeOf("string");
      // Not as it was drawn: a word such as MSK begins and ends with a change of case, too.
      const upper = logGroup.replace(/[a-z]/g, (letter) => letter.toUpperCase());
      const lower = logGroup.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      expect(identify({ logGroup: upper, logStream }).source).toBe(identify({ logGroup: lower, logStream }).source);
    }),
  );
});

it("comes to an end for long names made to mislead", () => {
  const pieces = [
    "a/",
    "/",
    "0",
    "-audit",
    "a-",
    "[",
    "2026/11/22/a[",
    "/ecs/",
    "0/",
    "\n",
    "_",
    "i-",
    "-host.",
    "var.log.containers.",
  ];
  const long = pieces.map((piece) => piece.repeat(512 / piece.length));
  const starts = [
    "",
    "/ecs/",
    "/aws/eks/",
    "/aws/rds/",
    "/aws/batch/",
    "2026/11/22/",
    "/aws/containerinsights/c/",
    "states/",
  ];
  const names = starts.flatMap((start) => long.map((rest) => start + rest));
  for (const logGroup of names) {
    for (const logStream of names) expect(identify({ logGroup, logStream }).source).not.toBe("");
  }
});
