import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readDefinition } from "../../../functions/forwarder/metadata/read-definition.ts";
import { readTask, taskMetadata } from "../../../functions/forwarder/metadata/read-task.ts";
import { precedenceTable, settle } from "../../../functions/forwarder/stages/precedence.ts";
import { metadataSays, tagTable } from "../../../functions/forwarder/stages/task-tags.ts";
import { ecsTask } from "../../support/ecs-server.ts";

/** What a real Fluent Bit sent for one task, with the configuration that the ECS agent writes. */
const request = JSON.parse(readFileSync(new URL("../../fixtures/fluent-bit-request.json", import.meta.url), "utf8"));
const firelens: { ddtags: string; ddsource: string; service: string } = request.body[0];
const FIRELENS_TAGS = firelens.ddtags.split(",");

/** The same task as DescribeTasks tells it, and the container's labels as our construct puts them. */
function sameTask(more: Record<string, unknown> = {}, container = "app") {
  const arnOf = "us-east-1:111122223333";
  const task = readTask(ecsTask("my-cluster", "0123456789abcdef0123456789abcdef", { arnOf, ...more }));
  const definition = readDefinition([
    {
      name: "app",
      dockerLabels: {
        "com.datadoghq.tags.env": "prod",
        "com.datadoghq.tags.service": "shop-api",
        "com.datadoghq.ad.logs": '[{"source":"nodejs","service":"shop-api","tags":["env:prod","team:shop"]}]',
      },
    },
  ]);
  if (!task) throw new Error("the task has no ARN");
  return taskMetadata(task, container, definition);
}

const settled = (...metadata: Parameters<typeof metadataSays>) => settle(metadataSays(...metadata));
const tagsOf = (...metadata: Parameters<typeof metadataSays>) => settled(...metadata).ddtags.split(",");

test("all that FireLens sends is sent for the same task: same names, same values, same order", () => {
  const tags = tagsOf({ task: sameTask(), logGroupTags: {} });
  expect(tags.slice(0, 8)).toEqual(FIRELENS_TAGS.slice(0, 8));
  expect(FIRELENS_TAGS.filter((tag) => !tags.includes(tag))).toEqual([]);
  expect(sameTask().source).toBe(firelens.ddsource);
  expect(settled({ task: sameTask(), logGroupTags: {} }).service).toBe(firelens.service);
});

test("more than FireLens sends follows", () => {
  expect(tagsOf({ task: sameTask(), logGroupTags: { owner: "platform" } }).slice(8)).toEqual([
    "service_name:shop",
    "launch_type:fargate",
    "availability_zone:eu-west-1a",
    "image:shop/api:1.4.2",
    "image_digest:sha256:0f0f",
    "aws_account:111122223333",
    "env:prod",
    "service:shop-api",
    "team:shop",
    "owner:platform",
  ]);
});

test("what is nearer to the line wins: container, then task, then log group", () => {
  const tags = [
    { key: "Env", value: "from-task" },
    { key: "tier", value: "from-task" },
  ];
  const logGroupTags = { env: "from-group", tier: "from-group", region: "from-group", flag: "" };
  const sent = tagsOf({ task: sameTask({ tags }), logGroupTags });
  expect(sent.filter((tag) => tag.includes("from-"))).toEqual(["tier:from-task"]);
  expect(sent).toContain("flag");
});

test.each([
  ["a service in any case", { Service: "Auth API" }, "service:auth_api", "auth_api"],
  ["the name in lower case, if there are two", { Env: "a", env: "b" }, "env:b", undefined],
  ["a name with colons, which would be another", { "env:name": "a", "cost:center": "42" }, "env_name:a,cost_center:42"],
  ["a name that Datadog would drop", { "42": "env:prod" }, ""],
  ["a name alone, but none that needs a value", { Flag: "", env: "", Version: "" }, "flag"],
])("of tags in AWS, %s", (_what, logGroupTags, ddtags, service?: string) => {
  expect(settled({ logGroupTags })).toEqual({ ddtags, service });
});

test("of a container nobody described only the task is told", () => {
  const tags = tagsOf({ task: sameTask({}, "injected"), logGroupTags: {} });
  expect(tags[0]).toBe("container_name:injected");
  expect(tags.some((tag) => /^(container_id|env|image):/.test(tag))).toBe(false);
  expect(settled({ task: sameTask({}, "injected"), logGroupTags: {} }).service).toBeUndefined();
});

test("nothing known is nothing sent", () => {
  expect(settled({ logGroupTags: {} })).toEqual({ ddtags: "", service: undefined });
});

describe("the tables of the documentation", () => {
  const documented = readFileSync(new URL("../../../docs/tags.md", import.meta.url), "utf8");

  test.each([
    ["of tags", tagTable()],
    ["of who wins", precedenceTable()],
  ])("%s is the one in the code", (_which, table) => {
    expect(documented).toContain(`\n\n${table}\n\n`);
  });

  test("names every tag that is sent, and marks FireLens's", () => {
    const rows = tagTable().split("\n");
    const names = tagsOf({ task: { ...sameTask(), taskTags: {}, tags: [] }, logGroupTags: {} }).map(nameOf);
    for (const name of names) expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1);
    const marked = rows.filter((row) => /^\| `\w+` \| yes \| yes \|/.test(row)).map((row) => row.split("`")[1]);
    expect(marked).toEqual(FIRELENS_TAGS.slice(0, 8).map(nameOf));
  });
});

const nameOf = (tag: string) => tag.split(":")[0];
