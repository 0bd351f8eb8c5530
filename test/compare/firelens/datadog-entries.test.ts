import { expect, test } from "vitest";
import { entryRenderer } from "../../../compare/firelens/datadog-entries.ts";
import { PIECE_BYTES } from "../../../compare/firelens/forward-message.ts";

const TASK_ID = "0123456789abcdef0123456789abcdef";
const TASK_ARN = `arn:aws:ecs:us-east-1:111122223333:task/comparison/${TASK_ID}`;
const render = entryRenderer(
  { tag: "unused", containerId: `${TASK_ID}-2495160603`, containerName: "app", source: "stdout" },
  TASK_ID,
);
const DDTAGS = [
  `container_id:${TASK_ID}-2495160603`,
  "container_name:app",
  "cluster_name:comparison",
  `task_arn:${TASK_ARN}`,
  "region:us-east-1",
  `task_id:comparison/${TASK_ID}`,
  "task_family:comparison",
  "task_version:1",
  "env:comparison",
].join();
const START = '{"timestamp":1795366120907,"ddsource":"ecs","service":"sidecarless-comparison","source":"stdout"';

test("an entry has keys and tags in the order of a recorded request of Fluent Bit 5.0.9", () => {
  expect(render("line 1", 1_795_366_120_907)[0]?.json).toBe(`${START},"message":"line 1","ddtags":"${DDTAGS}"}`);
});

test("everything beyond printable ASCII is escaped, as Fluent Bit does", () => {
  const [entry] = render('größe 🎉 "quoted" \\ / \t\u007f', 0);
  expect(entry?.json).toContain('"gr\\u00f6\\u00dfe \\ud83c\\udf89 \\"quoted\\" \\\\ / \\t\\u007f"');
});

test("a long line is an entry for each piece, with what tells that they belong together", () => {
  const entries = render(`${"x".repeat(PIECE_BYTES)}end`, 1_795_366_120_907);
  const [first, second] = entries.map(({ json }) => JSON.parse(json));
  expect(first.partial_id).toMatch(/^[0-9a-f]{64}$/);
  const common = { timestamp: 1_795_366_120_907, partial_message: "true", partial_id: first.partial_id };
  expect(first).toMatchObject({
    ...common,
    partial_ordinal: "1",
    partial_last: "false",
    message: "x".repeat(PIECE_BYTES),
  });
  expect(second).toMatchObject({ ...common, partial_ordinal: "2", partial_last: "true", message: "end" });
  expect(Object.keys(second).slice(3, -2)).toEqual([
    "source",
    "partial_message",
    "partial_id",
    "partial_ordinal",
    "partial_last",
  ]);
});

// What Fluent Bit 5.0.9 counted for ten records of each length, this task's.
test.each([
  [0, 268],
  [100, 369],
  [210, 479],
  [300, 570],
])("a record of %i bytes of text takes %i in memory, within 2", (length, bytes) => {
  expect(Math.abs((render("x".repeat(length), 0)[0]?.bytes ?? 0) - bytes)).toBeLessThanOrEqual(2);
});
