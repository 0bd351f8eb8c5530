// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so rules write groups.
import { expect, test } from "vitest";
import { rulesFromEnvironment } from "../../../../functions/forwarder/stages/rules/from-environment.ts";
import { parseRules, RulesError } from "../../../../functions/forwarder/stages/rules/parse.ts";

const FULL = {
  rules: [
    {
      name: "shop",
      logGroup: "/ecs/*",
      logStream: "web/*",
      capture: [{ from: "logGroup", pattern: "^/ecs/(?<team>[^-]+)" }],
      source: "java",
      service: "${team}-api",
      host: "h",
      env: "prod",
      tags: ["team:${team}"],
      multiline: { startPattern: "^\\d", separator: "", pieces: 100, maxLines: 10, maxBytes: 1_000 },
      include: "a",
      exclude: ["b", "c"],
      sample: { rate: 0.1, key: "id=(\\w+)", keepErrors: false },
      redact: [
        "email",
        { detector: "ipv4", replacement: "x" },
        { name: "pw", pattern: "(pw=)\\w+", replacement: "$1*" },
      ],
    },
  ],
  default: { exclude: "health" },
};

test("a file that uses everything is right", () => {
  expect(parseRules(FULL)).toBe(FULL);
  expect(parseRules({ rules: [] })).toEqual({ rules: [] });
  expect(parseRules({ $schema: "./docs/rules.schema.json", rules: [] })).not.toBeInstanceOf(RulesError);
});

const rule = (actions: object) => ({ rules: [{ logGroup: "*", ...actions }] });

test.each<[value: unknown, ...problems: string[]]>([
  [null, "The file must be an object."],
  [[], "The file must be an object."],
  [{}, "rules is missing: it must be a list."],
  [{ rules: [], rule: 1 }, "rule is not known: remove it, or write one of rules, default."],
  [{ rules: [], $schema: 1 }, "$schema must be a text that is not empty."],
  [
    { rules: [{ logGroup: "*", $schema: "x" }] },
    "rules[0].$schema is not known: remove it, or write one of name, logGroup, logStream, capture, source, service, host, env, tags, include, exclude, multiline, sample, redact.",
  ],
  [{ rules: [1] }, "rules[0] must be an object."],
  [{ rules: [{}] }, "rules[0].logGroup is missing: it must be a text that is not empty."],
  [{ rules: [], default: 1 }, "default must be an object."],
  [{ rules: [], default: { exclude: "(" } }, "default.exclude is not RE2 syntax (missing closing ): `(`)."],
  [rule({ include: ["a", ""] }), "rules[0].include[1] must be a text that is not empty."],
  [rule({ include: 1 }), "rules[0].include must be a text that is not empty."],
  [rule({ multiline: {} }), "rules[0].multiline.startPattern is missing: it must be a text that is not empty."],
  [
    rule({ multiline: { pieces: false, separator: 1 } }),
    "rules[0].multiline.startPattern is missing: it must be a text that is not empty.",
    "rules[0].multiline.separator must be a text.",
  ],
  [
    rule({ multiline: { pieces: 0.5, startPattern: "a" } }),
    "rules[0].multiline.pieces must be true, false or a whole number from 1 to 1048576.",
  ],
  [
    rule({ multiline: { pieces: "16384", startPattern: "a" } }),
    "rules[0].multiline.pieces must be true, false or a whole number from 1 to 1048576.",
  ],
  [
    rule({ multiline: { pieces: true, separator: " " } }),
    "rules[0].multiline.separator stands between lines, and pieces have nothing between: remove it.",
  ],
  [
    rule({ multiline: { pieces: true, maxBytes: 16_384 } }),
    "rules[0].multiline.maxBytes must be more than one piece has, which is 16384: or none are joined.",
  ],
  [
    rule({ multiline: { pieces: 20, maxBytes: 20 } }),
    "rules[0].multiline.maxBytes must be more than one piece has, which is 20: or none are joined.",
  ],
  [rule({ multiline: "^a" }), "rules[0].multiline must be an object."],
  [
    rule({ multiline: { startPattern: "a", maxLines: 0.5 } }),
    "rules[0].multiline.maxLines must be a whole number from 1 to 10000.",
  ],
  [rule({ sample: {} }), "rules[0].sample.rate is missing: it must be a number."],
  [rule({ sample: { rate: 10 } }), "rules[0].sample.rate must be a number from 0 to 1."],
  [
    rule({ sample: { rate: 1, key: "id" } }),
    "rules[0].sample.key needs a group around the text that decides, such as request_id=(\\w+).",
  ],
  [rule({ sample: { rate: 1, keepErrors: "yes" } }), "rules[0].sample.keepErrors must be true or false."],
  [rule({ redact: "email" }), "rules[0].redact must be a list."],
  [
    rule({ redact: [{ pattern: "x*" }] }),
    "rules[0].redact[0].pattern matches the empty text, so everywhere: narrow it.",
  ],
  [
    rule({ redact: [{ pattern: "x", replacement: "$1" }] }),
    "rules[0].redact[0].replacement refers to group 1, which the pattern has not.",
  ],
  [
    rule({ tags: ["team:${team}", 1] }),
    'rules[0].tags[1] must be a text that is not empty, such as "team:shop".',
    "rules[0].tags[0] refers to ${team}, which no pattern of capture names.",
  ],
  [
    rule({ capture: [{ from: "group", pattern: "a" }] }),
    "rules[0].capture[0].from must be one of logGroup, logStream.",
    "rules[0].capture[0].pattern captures nothing: give it a named group, such as (?<team>[^-]+).",
  ],
])("%j is refused, each problem with its path", (value, ...problems) => {
  expect((parseRules(value) as RulesError).problems).toEqual(problems);
});

test.each([
  { pieces: true },
  { pieces: 262_118, maxLines: 2 },
  { pieces: true, separator: "" },
  { startPattern: "^a", separator: "" },
  { startPattern: "^a", separator: " | ", pieces: 16_384, maxBytes: 16_385 },
  { startPattern: "^a", pieces: false },
])("multiline may be %j", (multiline) => {
  const fine = rule({ multiline });
  expect(parseRules(fine)).toBe(fine);
});

test("lookalikes are for the detectors that have some", () => {
  const lookalikes = true;
  const fine = rule({
    redact: [
      { detector: "email", lookalikes },
      { detector: "ipv4", lookalikes: false },
    ],
  });
  expect(parseRules(fine)).toBe(fine);
  const redact = [
    { detector: "jwt", lookalikes },
    { detector: "ipv4", lookalikes: "yes" },
    { pattern: "a", lookalikes },
  ];
  const { problems } = parseRules(rule({ redact })) as RulesError;
  expect(problems).toEqual([
    "rules[0].redact[0].lookalikes can be set for email and ipv4 only.",
    "rules[0].redact[1].lookalikes must be true or false.",
    expect.stringContaining("rules[0].redact[2].lookalikes is not known"),
  ]);
});

test("a detector nobody knows is refused with those there are", () => {
  const parsed = parseRules(rule({ redact: ["phone", { detector: "phone" }, { pattern: "(?=a)" }] })) as RulesError;
  expect(parsed.problems).toHaveLength(3);
  expect(parsed.problems[0]).toMatch(
    /^rules\[0\]\.redact\[0\] must be one of email, ipv4, .*, or an object with a pattern\.$/,
  );
  expect(parsed.problems[2]).toMatch(/^rules\[0\]\.redact\[2\]\.pattern looks ahead or behind/);
  expect(parsed.message).toContain("3 problems");
});

test("Datadog's settings are the default rule", () => {
  const settings = {
    INCLUDE_AT_MATCH: "a",
    EXCLUDE_AT_MATCH: "b",
    REDACT_IP: "True",
    REDACT_EMAIL: "true",
    DD_SCRUBBING_RULE: "(pw=)(?P<value>\\w+)",
    DD_SCRUBBING_RULE_REPLACEMENT: "\\1$\\g<1>",
    DD_MULTILINE_LOG_REGEX_PATTERN: "\\d{2}",
  };
  const file = rulesFromEnvironment(settings, { rules: [{ logGroup: "x" }] });
  expect(file).toEqual({
    rules: [{ logGroup: "x" }],
    default: {
      include: "a",
      exclude: "b",
      multiline: { startPattern: "^(?:\\p{Nd}{2})" },
      redact: [
        { detector: "ipv4", replacement: "xxx.xxx.xxx.xxx", lookalikes: true },
        { detector: "email", replacement: "xxxxx@xxxxx.com", lookalikes: true },
        { name: "DD_SCRUBBING_RULE", pattern: "(pw=)(?P<value>[\\p{L}\\p{N}_]+)", replacement: "${1}$$${1}" },
      ],
    },
  });
  expect(parseRules(file)).toBe(file);
});

test("without settings the file stays as it is", () => {
  const file = { rules: [], default: { exclude: "a" } };
  expect(rulesFromEnvironment({ INCLUDE_AT_MATCH: "", REDACT_IP: "false" }, file)).toBe(file);
  expect(rulesFromEnvironment({})).toEqual({ rules: [] });
});

test("wrong settings are told all at once, by name", () => {
  const wrong = rulesFromEnvironment({ INCLUDE_AT_MATCH: "(", REDACT_IP: "yes" }) as RulesError;
  expect(wrong.problems).toEqual([
    "INCLUDE_AT_MATCH is not RE2 syntax (missing closing )).",
    "REDACT_IP must be true or false.",
  ]);
});

test("settings and a default of the file exclude each other: neither is passed over", () => {
  const both = rulesFromEnvironment({ REDACT_EMAIL: "true" }, { rules: [], default: {} });
  expect((both as RulesError).problems[0]).toMatch(/REDACT_EMAIL and the default of the rules file/);
});
