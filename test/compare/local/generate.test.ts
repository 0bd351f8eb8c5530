import { expect, test } from "vitest";
import { generate } from "../../../compare/local/generate.ts";
import type { Line } from "../../../compare/path.ts";

const dueMs = Array.from({ length: 40 }, (_, i) => i * 5);
const texts = () => dueMs.map((_, i) => `line ${i}`);

/** One that moves by as much as is slept, and by two seconds more at one moment. */
function clockThatStops(atMs: number, forMs: number) {
  let nowMs = 0;
  let stopped = false;
  return {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
      if (stopped || nowMs < atMs) return;
      stopped = true;
      nowMs += forMs;
    },
  };
}
const never = new AbortController().signal;

test("writes every line once, in order, none before it is due", async () => {
  const startMs = Date.now() + 20;
  const early: number[] = [];
  const lines: Line[] = [];
  const generated = await generate(
    {
      lines: texts(),
      dueMs,
      startMs,
      write: (line) => {
        if (Date.now() < line.dueMs) early.push(line.seq);
        lines.push(line);
      },
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
    {
      lines: texts(),
      dueMs,
      startMs,
      write: (line) => {
        lines.push(line);
        // Ten times as slow as the lines come.
        for (const until = Date.now() + 50; Date.now() < until && line.seq < 10; );
      },
    },
    never,
  );
  expect(lines.map(({ dueMs: due }) => due - startMs)).toEqual(dueMs);
  expect(generated.lateMaxMs).toBeGreaterThan(100);
});

test("stops when it is told to", async () => {
  const controller = new AbortController();
  const generated = await generate(
    {
      lines: texts(),
      dueMs,
      startMs: Date.now(),
      write: ({ seq }) => {
        if (seq === 5) controller.abort();
      },
    },
    controller.signal,
  );
  expect(generated.written).toBeLessThan(40);
  expect(generated.written).toBeGreaterThan(5);
});

test("a generator that is stopped for 2 s: the lines of these are late by as much, no line is lost or due later", async () => {
  const due = Array.from({ length: 2_000 }, (_, seq) => seq * 5);
  const lines: Line[] = [];
  const load = { lines: due.map(String), dueMs: due, startMs: 0, write: (line: Line) => void lines.push(line) };
  const generated = await generate(load, never, clockThatStops(3_000, 2_000));
  expect(lines.map(({ dueMs: at }) => at)).toEqual(due);
  // 400 of 2,000 lines were due meanwhile; of the latest 20 the least late.
  expect(generated).toMatchObject({ written: 2_000, lateMaxMs: 2_000 });
  expect(generated.lateP99Ms).toBe(1_900);
});
