import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedFrom, shownAs } from "../../../tools/datadog/check/as-datadog-shows.ts";
import { compareLog, differences } from "../../../tools/datadog/check/compare-log.ts";
import { openHops } from "../../../tools/datadog/check/hops.ts";
import { looksLike } from "../../../tools/datadog/check/key-form.ts";
import { type QueriedLog, takes } from "../../../tools/datadog/check/log-query.ts";
import { progressLine } from "../../../tools/datadog/check/progress-line.ts";
import { renderCompared } from "../../../tools/datadog/check/render-compared.ts";
import { linesSay } from "../../../tools/datadog/check/through-function/forwarder-lines.ts";
import { type ForwarderSeen, judgeForwarder } from "../../../tools/datadog/check/through-function/judge-forwarder.ts";
import { openUndo } from "../../../tools/datadog/check/through-function/undo.ts";
import { wrapText } from "../../../tools/wrap-text.ts";

describe("compareLog", () => {
  const shown = (tags: readonly string[], attributes: Record<string, string> = {}) => ({
    fields: { message: "m", timestamp: "t", service: "s", host: "h" },
    tags,
    attributes,
  });

  test("pairs values of a key that is there several times, and tells what is only on one side", () => {
    const compared = compareLog(
      shown(["team:a", "team:b", "env:test", "alone"], { "a.b": "1", gone: "x" }),
      shown(["team:b", "team:c", "index:main", "alone"], { "a.b": "2" }),
    );
    const brief = compared
      .filter(({ kind }) => kind !== "field")
      .map(({ name, sent, arrived, verdict }) => [name, sent, arrived, verdict]);
    expect(brief).toEqual([
      ["team", "b", "b", "same"],
      ["team", "a", "c", "changed"],
      ["env", "test", undefined, "missing"],
      ["alone", "", "", "same"],
      ["index", undefined, "main", "added"],
      ["a.b", "1", "2", "changed"],
      ["gone", "x", undefined, "missing"],
    ]);
    expect(differences(compared)).toHaveLength(4);
  });

  test("whatever the tags: each is told once on each side, and a log that arrived as it was has no difference", () => {
    const tags = fc.array(
      fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2", "3")).map(([k, v]) => `${k}:${v}`),
    );
    fc.assert(
      fc.property(tags, tags, (sent, arrived) => {
        const rows = compareLog(shown(sent), shown(arrived)).filter(({ kind }) => kind === "tag");
        const side = (name: "sent" | "arrived") =>
          rows.flatMap((row) => (row[name] === undefined ? [] : [`${row.name}:${row[name]}`])).toSorted();
        expect(side("sent")).toEqual([...new Set(sent)].toSorted());
        expect(side("arrived")).toEqual([...new Set(arrived)].toSorted());
        expect(differences(compareLog(shown(sent), shown(sent)))).toEqual([]);
      }),
    );
  });

  test("knows where Datadog shows what was sent", () => {
    const timestamp = Date.UTC(2026, 10, 20);
    const entry = {
      id: "1",
      timestamp,
      message: "m",
      service: "s",
      hostname: "h",
      ddsource: "ecs",
      ddtags: "a:b",
      aws: { x: { y: 1 } },
    };
    const log = {
      attributes: {
        timestamp: new Date(timestamp),
        message: "m",
        service: "s",
        host: "h",
        tags: ["source:ecs", "a:b"],
        attributes: { id: "1", aws: { x: { y: 1 } } },
      },
    };
    expect(compareLog(expectedFrom(entry), shownAs(log)).map(({ verdict }) => verdict)).toEqual(Array(8).fill("same"));
  });

  test("every line of the table fits into 80 columns, whatever is in it, and nothing is cut away", () => {
    const text = fc.string({ maxLength: 120 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 4 }), (rows) => {
        const all = rows.map(([name, sent, arrived]) => ({
          kind: "attribute" as const,
          name,
          sent,
          arrived,
          verdict: "changed" as const,
        }));
        const lines = stripVTControlCharacters(renderCompared(all)).split("\n");
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

test("wrapped text keeps every word, within its width", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({ min: 5, max: 40 }), (words, width) => {
      const lines = wrapText(words.join(" "), { width, longWords: "cut" });
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
    }),
  );
});

describe("takes", () => {
  const log: QueriedLog = {
    message: "Test log of sidecarless",
    tags: ["service:shop", "source:ecs", "env:prod", "team:logs"],
    attributes: { aws: { awslogs: { logGroup: "/ecs/shop" } }, seq: 7 },
  };
  test.each([
    ["", true],
    [undefined, true],
    ["*", true],
    ["service:shop", true],
    ["service:sho*", true],
    ["service:shopping", false],
    ["-service:shop", false],
    ["source:ecs env:prod", true],
    ["source:ecs AND env:test", false],
    ["sidecarless", true],
    ["sidecar", false],
    ['"Test log"', true],
    ['"log Test"', false],
    ["@aws.awslogs.logGroup:/ecs/*", true],
    ["@seq:8", false],
    ["source:ecs (env:prod OR env:test)", undefined],
    ["source:nginx OR source:ecs", undefined],
    ["source:nginx @duration:>5", false],
    ["source:ecs @duration:>5", undefined],
  ])("%s: %s", (query, answer) => {
    expect(takes(query, log)).toBe(answer);
  });
});

test("a key of the right kind, or of no known form, looks like nothing else", () => {
  expect(looksLike("0".repeat(32), "API key")).toBeUndefined();
  expect(looksLike("0".repeat(40), "application key")).toBeUndefined();
  expect(looksLike("something else", "API key")).toBeUndefined();
  expect(looksLike("0".repeat(32), "application key")).toBe("an API key");
});

describe("the forwarder's own lines", () => {
  const report = (fields: object) => JSON.stringify({ _aws: {}, Received: 1, ...fields });

  test("reports, and failures in either log format", () => {
    const lines = [
      "START RequestId: 1 Version: $LATEST",
      report({ Delivered: 1 }),
      report({ Received: 5, Delivered: 2, Undelivered: 3, reasons: { "http 503": 3 } }),
      '2026-11-20T10:00:00.000Z\t1\tERROR\tInvoke Error \t{"errorType":"ConfigError","errorMessage":"The environment has 1 problem"}',
      JSON.stringify({ level: "ERROR", message: { errorType: "HandedBackError", errorMessage: "not stored" } }),
      "ConfigError: The environment has 1 problem:\n- DD_PORT\n    at parseConfig (file:///code)",
      "2026-11-20T10:00:30.000Z 1 Task timed out after 30.03 seconds",
      "RequestId: 1 Error: Runtime exited with error: signal: killed",
      "{not JSON",
    ];
    expect(linesSay(lines)).toEqual({
      reports: [
        { received: 1, fates: { delivered: 1 }, reasons: {} },
        { received: 5, fates: { delivered: 2, undelivered: 3 }, reasons: { "http 503": 3 } },
      ],
      failures: [
        "ConfigError: The environment has 1 problem",
        "HandedBackError: not stored",
        "ConfigError: The environment has 1 problem: - DD_PORT",
        "Task timed out after 30.03 seconds",
        "Runtime exited with error: signal: killed",
      ],
    });
  });
});

describe("judgeForwarder", () => {
  const seen = (lines: readonly string[], others: Partial<ForwarderSeen> = {}): ForwarderSeen => ({
    name: "forwarder",
    lines: linesSay(lines),
    keyPlace: "the secret dd",
    waitedSeconds: 60,
    isFound: false,
    ...others,
  });
  const line = (fields: object) => JSON.stringify({ Received: 1, ...fields });
  const brief = (one: ForwarderSeen) => {
    const { invoked, forwarded } = judgeForwarder(one);
    return {
      invoked: invoked.outcome,
      forwarded: forwarded.outcome,
      text: [invoked, forwarded].map(({ said, advice = [] }) => [said, ...advice].join(" ")).join(" "),
    };
  };

  test("silence: the invocation failed, unless the log is in Datadog", () => {
    expect(brief(seen([]))).toMatchObject({
      invoked: "failed",
      forwarded: "skipped",
      text: expect.stringContaining("no sign of forwarder within 60 s"),
    });
    expect(brief(seen([])).text).toMatch(/resource policy.*reserved concurrency/s);
    expect(brief(seen([], { isFound: true }))).toMatchObject({ invoked: "skipped", forwarded: "skipped" });
  });

  test("lines that may not be read fail nothing", () => {
    const refused = "AWS refuses logs:FilterLogEvents";
    expect(brief(seen([], { lines: { reports: [], failures: [], refused } }))).toMatchObject({
      invoked: "skipped",
      text: expect.stringContaining(refused),
    });
  });

  test.each<[string, object, string]>([
    [
      "a refused key",
      { Undelivered: 1, reasons: { "http 403": 1 } },
      "refuses the key that the function reads from the secret dd",
    ],
    [
      "a key that can't be read",
      { Returned: 1, reasons: { "api key AccessDeniedException": 1 } },
      "can't read its key from the secret dd",
    ],
    ["no way out", { Undelivered: 1, reasons: { "connection ETIMEDOUT": 1 } }, "needs a NAT gateway or PrivateLink"],
    ["an intake that hangs", { Undelivered: 1, reasons: { timeout: 1 } }, "out of the function's reach"],
    ["a limit", { Undelivered: 1, reasons: { "http 429": 1 } }, "status.datadoghq.com"],
    ["a store that refuses", { Returned: 1, reasons: { "s3 AccessDenied": 1 } }, "can't write to its store"],
    ["something else", { Rejected: 1, reasons: { "http 400": 1 } }, "docs/operations.md"],
    ["a rule", { Filtered: 1 }, "A rule of the forwarder drops it"],
  ])("%s", (_, fields, advice) => {
    expect(brief(seen([line(fields)]))).toMatchObject({
      invoked: "ok",
      forwarded: "failed",
      text: expect.stringContaining(advice),
    });
  });

  test("a log in the store: where, and what becomes of it", () => {
    const place = "s3://bucket/rejected/key";
    const { forwarded, text } = brief(
      seen([line({ Delivered: 3, Rejected: 1, reasons: { "http 400": 1 } })], { stored: { kind: "rejected", place } }),
    );
    expect(forwarded).toBe("failed");
    expect(text).toContain(`not delivered (http 400), but safe: a person has to look at it: ${place}`);
    const reason = "http 403";
    const own = brief(
      seen([line({ Undelivered: 2, reasons: { "http 503": 2 } })], { stored: { kind: "undelivered", place, reason } }),
    );
    expect(own.text).toContain("not delivered (http 403), but safe: the replayer sends it");
    expect(own.text).not.toContain("503");
  });

  test.each([
    ["ConfigError: The environment has 1 problem", "the message lists what"],
    ["Task timed out after 30.03 seconds", "raise its timeout"],
    ["Runtime exited with error: signal: killed", "See the function's log group"],
  ])("a function that fails: %s", (failure, advice) => {
    const text = brief(seen([], { lines: { reports: [], failures: [failure] } }));
    expect(text).toMatchObject({ invoked: "ok", forwarded: "failed", text: expect.stringContaining(failure) });
    expect(text.text).toContain(advice);
  });

  test("delivered, by its own account", () => {
    expect(brief(seen([line({ Delivered: 1 })]))).toMatchObject({
      invoked: "ok",
      forwarded: "ok",
      text: expect.stringContaining("1 delivered"),
    });
  });
});

describe("the progress line", () => {
  const shown = (isTTY: boolean) => {
    let text = "";
    const stream = { isTTY, write: (more: string) => (text += more) } as unknown as NodeJS.WriteStream;
    let nowMs = 0;
    const line = progressLine(() => nowMs, stream);
    for (; nowMs <= 25_000; nowMs += 1_000) line.show(`${nowMs / 1_000} s`);
    line.clear();
    return text;
  };

  test("changes in its place for a person who watches, and is gone at the end", () => {
    expect(shown(true)).toContain("\r\x1b[2K…     7 s\r\x1b[2K…     8 s");
    expect(shown(true).endsWith("\r\x1b[2K")).toBe(true);
    expect(shown(true)).not.toContain("\n");
  });

  test("is a line now and then elsewhere", () => {
    expect(shown(false)).toBe("…     10 s\n…     20 s\n");
  });
});

describe("undo", () => {
  test("takes back the newest first, and goes on behind what fails; what is gone already is no failure", async () => {
    const undone: string[] = [];
    const undo = openUndo();
    const step = (what: string, name?: string) =>
      undo.add({
        what,
        command: `logs delete ${what}`,
        undo: async () => {
          undone.push(what);
          if (name) throw Object.assign(new Error(what), { name });
        },
      });
    step("group");
    step("filter", "AccessDeniedException");
    step("stream", "ResourceNotFoundException");
    const hops = openHops(undefined);
    await undo.run({ hops });
    expect(undone).toEqual(["stream", "filter", "group"]);
    expect(hops.all).toEqual([
      { name: "cleanup", outcome: "failed", said: "left behind: filter", advice: ["aws logs delete filter"] },
    ]);
  });
});
