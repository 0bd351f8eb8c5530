/** How an event becomes the line that rules see: without its last newline, and whole if the container runtime cut it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import type { RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";

function apply(actions: RuleActions, messages: readonly string[]) {
  const rule = compileRules({ rules: [], default: actions }).for({ logGroup: "g", logStream: "s" });
  const counts = { joinedAway: 0, filtered: 0, sampledOut: 0, redacted: 0 };
  const ruled = applyRule(rule, indexOf(events(messages)), (what, number) => {
    counts[what] += number;
  });
  const kept = [...ruled].map(({ event, message }) => ({ text: message ?? messageOf(event), isOwn: !message }));
  return { kept, texts: kept.map(({ text }) => text), ...counts };
}
const texts = (actions: RuleActions, messages: readonly string[]) => apply(actions, messages).texts;

const ENDINGS = ["", "\n", "\r\n", "\r"];

describe.each(ENDINGS)("an event that ends with %j", (ending) => {
  it("matches patterns that end with $", () => {
    expect(texts({ exclude: "healthcheck ok$" }, [`healthcheck ok${ending}`, `ok no${ending}`])).toEqual([
      `ok no${ending}`,
    ]);
    expect(texts({ include: "^a$" }, [`a${ending}`, `ab${ending}`])).toEqual([`a${ending}`]);
    const sample = { rate: 1, key: "id=(\\S+)$" };
    expect(texts({ sample }, [`id=1${ending}`])).toEqual([`id=1${ending}`]);
  });

  it("is joined with one newline between, and none behind", () => {
    const lines = ["java.lang.X: y", "\tat a.B(B.java:1)", "", "\tat c"].map((line) => line + ending);
    const { kept, joinedAway } = apply({ multiline: { startPattern: "^\\S" } }, [...lines, `next${ending}`]);
    expect(kept).toEqual([
      { text: "java.lang.X: y\n\tat a.B(B.java:1)\n\n\tat c", isOwn: false },
      { text: `next${ending}`, isOwn: true },
    ]);
    expect(joinedAway).toBe(3);
  });

  it("keeps its ending when something is cut out of it", () => {
    expect(texts({ redact: ["email"] }, [`of a@b.cc${ending}`])).toEqual([`of [REDACTED:email]${ending}`]);
    expect(texts({ redact: [{ pattern: "\\S+\\s*$" }] }, [`of a@b.cc${ending}`])).toEqual([`of [REDACTED]${ending}`]);
  });

  it("has a level as without it", () => {
    const lines = ['{"level":"info","msg":"no error"}', '{"level":"error"}'].map((line) => line + ending);
    expect(texts({ sample: { rate: 0 } }, lines)).toEqual(lines.slice(1));
  });
});

it("only the last newline is none of the line", () => {
  expect(texts({ exclude: "^ok$" }, ["ok\n\n", "ok\nmore\n", "ok\n"])).toEqual(["ok\n\n", "ok\nmore\n"]);
});

it("what no rule changes keeps its bytes, and the decisions do not depend on endings", () => {
  const line = fc.constantFrom("a", "b x", " at", "ERROR", "id=1", "ok", "");
  const rule: fc.Arbitrary<RuleActions> = fc.record(
    {
      multiline: fc.record({ startPattern: fc.constantFrom("^\\S", "a$", "k$") }),
      include: fc.constantFrom("a$", "^b", "\\w$"),
      exclude: fc.constantFrom("ok$", "^$", "1$"),
      sample: fc.constant({ rate: 0.5, key: "(\\w+)$" }),
      redact: fc.constant([{ pattern: "x$" }]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(rule, fc.array(fc.tuple(line, fc.constantFrom(...ENDINGS)), { maxLength: 12 }), (actions, lines) => {
      const ended = apply(
        actions,
        lines.map((parts) => parts.join("")),
      );
      const plain = apply(
        actions,
        lines.map(([text]) => text),
      );
      const { kept: endedKept, texts: endedTexts, ...endedCounts } = ended;
      const { kept: plainKept, texts: plainTexts, ...plainCounts } = plain;
      expect(endedCounts).toEqual(plainCounts);
      // Not lines of one event: what a joined one has within is the same in both.
      expect(endedTexts.map((text) => text.replace(/(?:\r?\n|\r)$/, ""))).toEqual(
        plainTexts.map((text) => text.replace(/\n$/, "")),
      );
      expect(endedKept.map(({ isOwn }) => isOwn)).toEqual(plainKept.map(({ isOwn }) => isOwn));
      for (const { text, isOwn } of endedKept) {
        if (isOwn) expect(lines.map((parts) => parts.join(""))).toContain(text);
      }
    }),
    { numRuns: 1_000 },
  );
});

describe("separator", () => {
  it("stands between joined lines instead of the newline, and counts as their bytes", () => {
    const lines = ["1 a\n", "b\n", "c\n"];
    const startPattern = "^\\d";
    expect(texts({ multiline: { startPattern, separator: "" } }, lines)).toEqual(["1 abc"]);
    expect(texts({ multiline: { startPattern, separator: " | " } }, lines)).toEqual(["1 a | b | c"]);
    expect(texts({ multiline: { startPattern, separator: " é ", maxBytes: 8 } }, lines)).toEqual(["1 a é b", "c\n"]);
    expect(texts({ multiline: { startPattern, separator: " é ", maxBytes: 7 } }, lines)).toEqual(["1 a\n", "b é c"]);
  });
});

/** As Docker's copier gives them to a log driver: so many bytes each, whatever stands there. */
function cut(line: string, pieceBytes: number): string[] {
  const bytes = Buffer.from(line);
  const pieces = [];
  for (let at = 0; at === 0 || at < bytes.length; at += pieceBytes) {
    // One mark for each byte of a broken character, as Go's encoder of JSON writes them.
    pieces.push(asGoReads(bytes.subarray(at, at + pieceBytes)));
  }
  return pieces;
}

function asGoReads(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    const isWhole = length > 0 && at + length <= bytes.length;
    text += isWhole ? bytes.toString("utf8", at, at + length) : "\ufffd";
    at += isWhole ? length : 1;
  }
  return text;
}

describe("pieces", () => {
  const json = JSON.stringify({ level: "info", items: Array.from({ length: 6_000 }, (_, i) => `item ${i}`) });

  it("of one long line are whole again, JSON and all, with the first one's place", () => {
    const pieces = cut(json, 16_384);
    expect(pieces.length).toBeGreaterThan(3);
    const { kept, joinedAway } = apply({ multiline: { pieces: true } }, ["before", ...pieces, "behind"]);
    expect(kept).toEqual([
      { text: "before", isOwn: true },
      { text: json, isOwn: false },
      { text: "behind", isOwn: true },
    ]);
    expect(joinedAway).toBe(pieces.length - 1);
  });

  it("are joined only where one is exactly as long, and has no newline", () => {
    const multiline = { pieces: 4 };
    expect(texts({ multiline }, ["abc", "d", "abcde", "f"])).toEqual(["abc", "d", "abcde", "f"]);
    expect(texts({ multiline }, ["abcd\n", "e", "abc\n", "f"])).toEqual(["abcd\n", "e", "abc\n", "f"]);
    expect(texts({ multiline }, ["abcd", "e\n", "f\n"])).toEqual(["abcde", "f\n"]);
    // In bytes, not in characters.
    expect(texts({ multiline }, ["éé", "e", "éééé", "f"])).toEqual(["éée", "éééé", "f"]);
  });

  it("at the end of a delivery go on as they are", () => {
    expect(apply({ multiline: { pieces: 4 } }, ["abcd"]).kept).toEqual([{ text: "abcd", isOwn: true }]);
    expect(texts({ multiline: { pieces: 4 } }, ["abcd", "efgh"])).toEqual(["abcdefgh"]);
  });

  it("are known, too, if the cut went through a character or a line end", () => {
    const multiline = { pieces: 4 };
    for (const line of ["ab€cd", "abc€d", "a😀bcdefghi", "abc😀de", "€€€€€"]) {
      const joined = texts({ multiline }, [...cut(line, 4), "x"]);
      expect(joined.map((text) => text.replace(/\ufffd+/g, "?"))).toEqual([expect.any(String), "x"]);
    }
    expect(texts({ multiline }, ["abc\r", "next"])).toEqual(["abc\rnext"]);
    expect(texts({ multiline }, ["a\ufffd\ufffd", "x", "\ufffdbc\ufffd", "y"])).toEqual([
      "a\ufffd\ufffd",
      "x",
      "\ufffdbc\ufffdy",
    ]);
  });

  it("stay within maxLines and maxBytes, and none is lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 30, unit: "binary" })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 5, max: 30 }),
        fc.boolean(),
        (lines, maxLines, maxBytes, withStart) => {
          const messages = lines.flatMap((line) => cut(line, 4));
          const multiline = { pieces: 4, maxLines, maxBytes, ...(withStart && { startPattern: "a", separator: "" }) };
          const { texts: joined, joinedAway } = apply({ multiline }, messages);
          const whole = (all: readonly string[]) => all.join("").replace(/[\r\n]/g, "");
          expect(whole(joined)).toBe(whole(messages));
          expect(joined.length + joinedAway).toBe(messages.length);
          for (const text of joined) {
            if (!messages.includes(text)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
    );
    expect(texts({ multiline: { pieces: 4, maxLines: 2 } }, ["abcd", "efgh", "ijkl", "m"])).toEqual([
      "abcdefgh",
      "ijklm",
    ]);
    expect(texts({ multiline: { pieces: 4, maxBytes: 9 } }, ["abcd", "efgh", "ijkl", "m"])).toEqual([
      "abcdefgh",
      "ijklm",
    ]);
  });

  it("are joined before lines are: a start pattern sees lines, not pieces", () => {
    const multiline = { pieces: 4, startPattern: "^\\d" };
    expect(texts({ multiline }, ["1abc", "2", "  at", " at1", "2x", "3"])).toEqual(["1abc2\n  at at12x", "3"]);
    expect(texts({ multiline: { ...multiline, maxLines: 2 } }, ["1abc", "d", "e", "f"])).toEqual(["1abcd", "e\nf"]);
  });

  it("hide no secret that the cut went through", () => {
    const line = `${"x".repeat(10)} bob@example.com ${"y".repeat(30)}`;
    for (let at = 10; at < 30; at++) {
      const pieces = cut(line, at);
      const { texts: joined, redacted } = apply({ multiline: { pieces: at }, redact: ["email"] }, pieces);
      expect(joined).toEqual([line.replace("bob@example.com", "[REDACTED:email]")]);
      expect(redacted).toBe(1);
    }
  });

  it("count as what becomes of their line", () => {
    const pieces = ["abcd", "efgh", "i"];
    expect(apply({ multiline: { pieces: 4 }, exclude: "dei?e?f" }, pieces)).toMatchObject({
      filtered: 3,
      joinedAway: 0,
    });
    expect(apply({ multiline: { pieces: 4 }, sample: { rate: 0 } }, pieces)).toMatchObject({ sampledOut: 3 });
  });
});
