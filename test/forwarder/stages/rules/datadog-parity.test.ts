/** With the settings of Datadog's forwarder, no less is redacted than there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { rulesFromEnvironment } from "../../../../functions/forwarder/stages/rules/from-environment.ts";
import { RulesError } from "../../../../functions/forwarder/stages/rules/parse.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";
import { ORDINARY_LINES } from "./ordinary-lines.ts";
import { surrounding } from "./secrets.ts";
import { SPELLED_SECRETS } from "./spelled-secrets.ts";

/**
 * The patterns and what stands for their matches, as documented and as in the code.
 * https://github.com/DataDog/datadog-serverless-functions/blob/master/aws/logs_monitoring/README.md#log-scrubbing-optional
 * (2026-08: commit b9af797, aws/logs_monitoring/settings.py)
 */
const DATADOG = [
  {
    setting: "REDACT_IP",
    pattern: /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g,
    placeholder: "xxx.xxx.xxx.xxx",
  },
  {
    setting: "REDACT_EMAIL",
    pattern: /[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+/g,
    placeholder: "xxxxx@xxxxx.com",
  },
];

function ruleOf(...settings: string[]) {
  const rules = rulesFromEnvironment(Object.fromEntries(settings.map((name) => [name, "true"])));
  if (rules instanceof RulesError) throw rules;
  return compileRules(rules).for({ logGroup: "g", logStream: "s" });
}

function redacted(rule: ReturnType<typeof ruleOf>, line: string): string {
  const [only] = [...applyRule(rule, indexOf(events([line])), () => undefined)];
  return only ? (only.message ?? messageOf(only.event)) : "";
}

const LINES = [...SPELLED_SECRETS, ...ORDINARY_LINES].map(([, line]) => line);
const MORE = [
  "999.999.999.999 and 1.2.3.4.5.6 and v10.20.30.40-beta",
  "icon@2x.png pkg@1.2.3 git@github.com:org/repo.git Object@1a2b3c.toString _@a.b -@-.-",
  "a.b+c-d_e@x-y.z..w a@b.c@d.e user@host.1",
  '{"ip":"10.20.30.40","v":"1.2.3.4","m":"a\\nb@x.com"}',
];

describe.each(DATADOG)("$setting", ({ setting, pattern, placeholder }) => {
  const rule = ruleOf(setting);
  /** What its pattern still finds in what goes out here. */
  const left = (line: string) => redacted(rule, line).replaceAll(placeholder, " ").match(pattern) ?? [];

  it("leaves nothing of any line that Datadog's forwarder takes away", () => {
    const all = [...LINES, ...MORE];
    expect(all.filter((line) => line.match(pattern)).length).toBeGreaterThan(20);
    expect(all.flatMap((line) => left(line).map((found) => ({ line, found })))).toEqual([]);
  });

  it("leaves nothing of any text", () => {
    const dots = fc.array(fc.constantFrom("1", "22", "333", "4444", ".", ".", "@", "a", "B", "-", "_", "+", " ", "é"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          surrounding,
          dots.map((parts) => parts.join("")),
        ),
        (text) => {
          expect(left(text)).toEqual([]);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("writes the same in its place", () => {
    expect(redacted(rule, "ip_address is 127.0.0.1, email is abc.edf@example.com")).toContain(placeholder);
  });

  it("takes spellings, too, that Datadog's pattern does not know", () => {
    const lines = { REDACT_IP: "10%2E20%2E30%2E40", REDACT_EMAIL: "anna%40example.com" } as Record<string, string>;
    expect(redacted(rule, `a ${lines[setting]} b`)).toBe(`a ${placeholder} b`);
  });
});

it("without the settings, lookalikes stay", () => {
  const rules = { rules: [], default: { redact: ["email", "ipv4"] } } as const;
  const rule = compileRules(rules).for({ logGroup: "g", logStream: "s" });
  const line = "icon@2x.png version 1.2.3.4";
  expect(redacted(rule, line)).toBe(line);
  expect(redacted(ruleOf("REDACT_IP", "REDACT_EMAIL"), line)).toBe("xxxxx@xxxxx.com version xxx.xxx.xxx.xxx");
});
