/**
 * Whatever reads the text of logs takes time in proportion to it, on texts made to be hard. Only the ratio of two sizes counts,
 * and the best of several runs, so that a slow or busy machine changes nothing.
 */
import { describe, expect, test } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { openRuleBudget } from "../../../../functions/forwarder/stages/rules/budget.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { DETECTORS } from "../../../../functions/forwarder/stages/rules/detectors.ts";
import { isErrorLevel } from "../../../../functions/forwarder/stages/rules/error-level.ts";
import { finderOf } from "../../../../functions/forwarder/stages/rules/needles.ts";
import { compilePattern, type Pattern } from "../../../../functions/forwarder/stages/rules/pattern.ts";
import { DETECTOR_NAMES, type RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { type EventIndex, eventsOf, indexOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";

const UNITS = [
  " ",
  '"',
  "\\",
  "{",
  "[",
  '{"level":',
  '"level":',
  '"status" : "',
  "1",
  "41",
  "f0",
  "a",
  "A",
  "@",
  ".",
  ":",
  "-",
  "=",
  "eyJ",
  "eyJhbGciOiJIUzI1NiJ9.",
  "bearer ",
  "key ",
  "secret_key=",
  "AKIA",
  "QUJD+/",
  "é",
  "😀",
  "\n",
  "a@b.cc",
  "%",
  "%25",
  "%40",
  "&",
  "&amp;",
  "\\u0040",
  "1.",
  "1-",
  "10.0.0.1 ",
  "a/",
  "key is ",
  "api_key: some(",
  "type: string ",
  "s:1:",
  "x+y=",
  "\u001b[0m",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  "LS0tLS1CRUdJTi",
  "\u00a0",
  "\u0661",
];

const ERROR_UNITS = [
  "error",
  "Error: ",
  "errors=0",
  "no ",
  "0 fatal ",
  "at a",
  "at /a.js",
  ":1",
  'file "',
  "exit code ",
  "status=",
];

/** Numbers from 0 that are the same in every run. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}
const random = numbers();
const below = (limit: number): number => (random.next().value as number) % limit;

type Shape = (length: number) => string;
const repeated = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length));

/** One unit again and again, alone and behind and before another; two in turn; and mixtures, each again and again. */
const SHAPES: readonly Shape[] = [
  ...UNITS.flatMap((first): Shape[] => [
    (length) => repeated(first, length),
    ...UNITS.map(
      (second): Shape =>
        (length) =>
          first + repeated(second, length) + first,
    ),
  ]),
  ...UNITS.flatMap((first, i) =>
    UNITS.slice(i + 1).map(
      (second): Shape =>
        (length) =>
          repeated(first + second, length),
    ),
  ),
  ...Array.from({ length: 300 }, (): Shape => {
    const mixture = Array.from({ length: 2 + below(12) }, () => UNITS[below(UNITS.length)]).join("");
    return (length) => repeated(mixture, length);
  }),
];

/** For what is made of parts that are tried on all of them. */
const SOME_SHAPES = SHAPES.filter((_, i) => i % 3 === 0);

const SMALL = 5_000;
const TIMES = 8;

/** Linux counts a thread's own time in ticks as coarse as this. */
const TICK_MS = 4;

/**
 * The least milliseconds of some runs. On a busy machine a long run waits more often than a short one: then the thread's own
 * time counts, however coarse.
 */
function bestOf(runs: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const [began, before] = [performance.now(), process.threadCpuUsage()];
    work();
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, performance.now() - began, (user + system) / 1_000 + TICK_MS);
  }
  return best;
}

/** Linear work takes 8 times as long on 8 times the text, quadratic work 64 times. What takes no time has no ratio. */
const isLinear = (small: number, large: number) => large <= 3 * TIMES * small + 5;

function growsTooFast(read: (text: string) => void, shape: Shape): boolean {
  const [small, large] = [shape(SMALL), shape(SMALL * TIMES)];
  for (let attempt = 1; attempt <= 6; attempt++) {
    // Most are right at once; what is not may have met the garbage collector.
    const runs = attempt === 1 ? 1 : 3;
    // The small one comes last: V8 compiles only what has run for a while, and quadratic work would look linear before.
    const most = bestOf(runs, () => read(large));
    const least = bestOf(runs, () => read(small));
    if (isLinear(least, most)) return false;
  }
  return true;
}

/** The first text on which work grows faster than the text. */
const tooFast = (read: (text: string) => void, shapes = SHAPES): string | undefined =>
  shapes.find((shape) => growsTooFast(read, shape))?.(60);

const ruleOf = (actions: RuleActions) =>
  compileRules({ rules: [], default: actions }).for({ logGroup: "g", logStream: "s" });

function ruled(actions: RuleActions): (index: EventIndex) => void {
  const rule = ruleOf(actions);
  return (index) => {
    for (const _ of applyRule(rule, index, () => undefined));
  };
}

test("the measure tells quadratic work from linear", () => {
  const linear = (text: string) => text.replaceAll("a", "b").length;
  const quadratic = (text: string) => {
    let steps = 0;
    for (let i = 0; i < text.length; i++) for (let j = 0; j < i; j += 20) steps += 1;
    return steps;
  };
  expect(tooFast(linear, SHAPES.slice(0, 50))).toBeUndefined();
  // Of one text the short run may have had to wait, and looks as slow as the long one.
  expect(tooFast(quadratic, SHAPES.slice(0, 20))).toBeDefined();
});

describe("in proportion to the text grows", () => {
  test.each(DETECTOR_NAMES)("the detector %s", (name) => {
    expect(tooFast(DETECTORS[name])).toBeUndefined();
  });

  test("the level of a line, and of a JSON object", () => {
    expect(tooFast(isErrorLevel)).toBeUndefined();
    // Such as are parsed, since an error's word is in them.
    const withMessage = (text: string) => isErrorLevel(`{"msg":${JSON.stringify(text)},"level":"error"}`);
    const withLevel = (text: string) => isErrorLevel(`{"level":${JSON.stringify(text)},"msg":"error"}`);
    expect(tooFast(withMessage, SOME_SHAPES)).toBeUndefined();
    expect(tooFast(withLevel, SOME_SHAPES)).toBeUndefined();
    // What the table of errors looks for, and what says that there is none.
    const shapes = ERROR_UNITS.flatMap((first): Shape[] =>
      [...ERROR_UNITS, ...UNITS].map((second) => (length) => first + repeated(second + first, length)),
    );
    expect(tooFast(isErrorLevel, shapes)).toBeUndefined();
    const brackets = (text: string) => isErrorLevel(`{"error":${"[".repeat(text.length)}${"]".repeat(text.length)}}`);
    expect(tooFast(brackets, SHAPES.slice(0, 1))).toBeUndefined();
  });

  test("redacting with all detectors", () => {
    const apply = ruled({ redact: DETECTOR_NAMES });
    expect(tooFast((text) => apply(indexOf(events([text]))), SOME_SHAPES)).toBeUndefined();
  });

  test("joining lines, and redacting what was joined", () => {
    const apply = ruled({
      multiline: { startPattern: "^(?:a|\\d)" },
      redact: DETECTOR_NAMES,
    });
    const shapes = SHAPES.slice(0, 200);
    expect(tooFast((text) => apply(indexOf(events(text.match(/.{1,20}/gsu) ?? []))), shapes)).toBeUndefined();
  });

  test("joining pieces, and redacting what was joined", () => {
    const apply = ruled({ multiline: { pieces: 20 }, redact: DETECTOR_NAMES });
    const shapes = SHAPES.slice(0, 200);
    expect(tooFast((text) => apply(indexOf(events(text.match(/.{1,20}/gsu) ?? []))), shapes)).toBeUndefined();
  });

  test("looking for needles, whether in each event or in none", () => {
    const needles = ["eyJ", "@", "\\u00", "password="].map((text) => Buffer.from(text));
    const shapes = SHAPES.slice(0, 200);
    const find = (text: string) => {
      const index = indexOf(events(text.match(/.{1,20}/gsu) ?? []));
      const isConcerned = finderOf(index, needles);
      for (const event of eventsOf(index)) isConcerned(event);
    };
    expect(tooFast(find, shapes)).toBeUndefined();
  });
});

/** All of these take quadratic time, or linear time with a large factor, on one text or another. */
const NASTY = [
  "(?:\\w{1,40}[ ,]?)+;|\\w+",
  "(?:a{1,400}c?)+b|a",
  "a+b|a",
  ".*x|.",
  "(\\W*)\\W*!|(\\W)",
  "(?i)(?:[a-z]+\\d?)+#|\\pL",
  "(?:(?:a|f|1)*(?:a|0){30}z|[af01])",
];

describe("by its budget is held back", () => {
  const shapes = SHAPES.filter((_, i) => i % 12 === 0);
  const patterns = NASTY.map((source) => [source, compilePattern(source) as Pattern] as const);

  /** Each look at its clock finds 1 ms gone for so many characters: time is counted in looks, not by the machine. */
  function countingBudget(characters: number) {
    let ms = 0;
    const told = { looks: 0 };
    const monotonicMs = () => {
      told.looks += 1;
      ms += 1_000 / characters;
      return ms;
    };
    return { told, budget: openRuleBudget({ totalMs: 20, monotonicMs }) };
  }

  test.each(patterns)("all that %s does to a text", (_, pattern) => {
    for (const shape of shapes) {
      const text = shape(SMALL);
      const { budget, told } = countingBudget(text.length);
      budget.begin();
      pattern.test(text, budget);
      pattern.group(text, 0, budget);
      for (const _found of pattern.matches(text, budget));
      // However many matches there are, the work ends with the time, which ends after so many looks.
      expect(told.looks).toBeLessThanOrEqual((20 * text.length) / 1_000 + 5);
    }
  });
});
