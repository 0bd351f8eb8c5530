import { expect, test } from "vitest";
import { PIECES_OF_AN_ENTRY } from "../../../compare/firelens/agent-config.ts";
import { entryRenderer } from "../../../compare/firelens/datadog-entries.ts";
import { PIECE_BYTES } from "../../../compare/firelens/forward-message.ts";

const TASK_ID = "0123456789abcdef0123456789abcdef";
const TASK_ARN = `arn:aws:ecs:us-east-1:111122223333:task/comparison/${TASK_ID}`;
const task = {
  container: { tag: "unused", containerId: `${TASK_ID}-2495160603`, containerName: "app", source: "stdout" },
  taskId: TASK_ID,
} as const;
const render = entryRenderer({ ...task, joinsPieces: false });
const renderJoined = entryRenderer({ ...task, joinsPieces: true });
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

test("joined, the pieces of a long line are one entry, and a character that was cut is whole", () => {
  const line = `${"x".repeat(PIECE_BYTES - 1)}é${"y".repeat(2 * PIECE_BYTES)}`;
  expect(renderJoined(line, 1_795_366_120_907).map(({ json }) => json)).toEqual([
    `${START},"message":"${line.replace("é", "\\u00e9")}","ddtags":"${DDTAGS}"}`,
  ]);
});

test("joined, a line that is longer than an entry may be goes on in others", () => {
  const most = PIECES_OF_AN_ENTRY * PIECE_BYTES;
  const entries = renderJoined("x".repeat(2 * most + 7), 0).map(({ json }) => JSON.parse(json).message.length);
  expect(entries).toEqual([most, most, 7]);
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
