import { expect, test } from "vitest";
import { generate } from "../../../compare/local/generate.ts";
import type { Line } from "../../../compare/path.ts";

const dueMs = Array.from({ length: 40 }, (_, i) => i * 5);
const texts = () => dueMs.map((_, i) => `line ${i}`);
const never = new AbortController().signal;

test("writes every line once, in order, none before it is due", async () => {
  const startMs = Date.now() + 20;
  const early: number[] = [];
  const lines: Line[] = [];
  const generated = await generate(
    texts(),
    dueMs,
    startMs,
    (line) => {
      if (Date.now() < line.dueMs) early.push(line.seq);
      lines.push(line);
    },
    never,
  );
  expect(lines.map(({ seq, text }) => [seq, text])).toEqual(texts().map((text, seq) => [seq, text]));
  expect(early).toEqual([]);
  expect(generated).toMatchObject({ written: 40, lineBytes: texts().join("").length });
});

test("a path that blocks does not move the times at which lines are due, and the lateness is told", async () => {
  const startMs = Date.now();
  const lines: Line[] = [];
  const generated = await generate(
    texts(),
    dueMs,
    startMs,
    (line) => {
      lines.push(line);
      // Ten times as slow as the lines come.
      for (const until = Date.now() + 50; Date.now() < until && line.seq < 10; );
    },
    never,
  );
  expect(lines.map(({ dueMs: due }) => due - startMs)).toEqual(dueMs);
  expect(generated.lateMaxMs).toBeGreaterThan(100);
});

test("stops when it is told to", async () => {
  const controller = new AbortController();
  const generated = await generate(
    texts(),
    dueMs,
    Date.now(),
    ({ seq }) => {
      if (seq === 5) controller.abort();
    },
    controller.signal,
  );
  expect(generated.written).toBeLessThan(40);
  expect(generated.written).toBeGreaterThan(5);
});
