import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDefinition } from "../../../functions/forwarder/metadata/read-definition.ts";
import { readTask, taskMetadata } from "../../../functions/forwarder/metadata/read-task.ts";
import { joinTags } from "../../../functions/forwarder/stages/tags.ts";
import { metadataAttributes, metadataTags, tagTable } from "../../../functions/forwarder/stages/task-tags.ts";
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

test("all that FireLens sends is sent for the same task: same names, same values, same order", () => {
  const tags = joinTags(metadataTags({ task: sameTask(), logGroupTags: {} })).split(",");
  expect(tags.slice(0, 8)).toEqual(FIRELENS_TAGS.slice(0, 8));
  expect(FIRELENS_TAGS.filter((tag) => !tags.includes(tag))).toEqual([]);
  const { ddsource, service } = firelens;
  expect(metadataAttributes({ task: sameTask() })).toEqual({ ddsource, service });
});

test("more than FireLens sends follows", () => {
  expect(metadataTags({ task: sameTask(), logGroupTags: { owner: "platform" } }).slice(8)).toEqual([
    "service_name:shop",
    "launch_type:FARGATE",
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
  const sent = metadataTags({ task: sameTask({ tags }), logGroupTags });
  expect(sent.filter((tag) => tag.includes("from-"))).toEqual(["tier:from-task"]);
  expect(sent).toContain("flag");
});

test("of a container nobody described only the task is told", () => {
  const tags = metadataTags({ task: sameTask({}, "injected"), logGroupTags: {} });
  expect(tags[0]).toBe("container_name:injected");
  expect(tags.some((tag) => /^(container_id|env|image):/.test(tag))).toBe(false);
  expect(metadataAttributes({ task: sameTask({}, "injected") })).toEqual({});
});

test("nothing known is nothing sent", () => {
  expect([metadataTags({ logGroupTags: {} }), metadataAttributes({})]).toEqual([[], {}]);
});

test("the table of the documentation names every tag that is sent, and marks FireLens's", () => {
  const rows = tagTable().split("\n");
  const names = metadataTags({ task: { ...sameTask(), taskTags: {}, tags: [] }, logGroupTags: {} }).map(nameOf);
  for (const name of names) expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1);
  const marked = rows.filter((row) => /^\| `\w+` \| yes \| yes \|/.test(row)).map((row) => row.split("`")[1]);
  expect(marked).toEqual(FIRELENS_TAGS.slice(0, 8).map(nameOf));
});

const nameOf = (tag: string) => tag.split(":")[0];
