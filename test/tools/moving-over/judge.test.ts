import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decisionsOf } from "../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../functions/forwarder/stages/rules/compile.ts";
import { logEvent } from "../../../functions/records/event.ts";
import { ENV, NETWORK_ENV, RULE_ENV } from "../../../functions/settings/environment.ts";
import { judgeAll } from "../../../tools/moving-over/judge.ts";
import { rulesFileOf } from "../../../tools/moving-over/judge-rule.ts";
import { TEMPLATE_PARAMETERS } from "../../../tools/moving-over/template-parameters.ts";
import type { Environment } from "../../../tools/moving-over/verdict.ts";
import { DATADOG_PARAMETERS, DATADOG_VARIABLES, PYTHON_VARIABLES } from "../../fixtures/datadog-forwarder.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const OURS = [ENV, RULE_ENV, NETWORK_ENV].flatMap((names): string[] => Object.values(names));

/** Of one variable, whatever else is set. */
function judged(name: string, value: string, others: Environment = {}) {
  const found = judgeAll({ [name]: value, ...others }).find((each) => each.name === name);
  if (!found) throw new Error(`${name} is not judged`);
  return found;
}

describe("every variable", () => {
  const known = [...DATADOG_VARIABLES, ...PYTHON_VARIABLES, ...DATADOG_PARAMETERS, ...OURS];

  test.each(known)("%s is known, and something is said of it, whatever it is set to", (name) => {
    for (const value of ["true", "false", "x", "443", "a,b", "https://example.com"]) {
      const { fate, says } = judged(name, value);
      expect(fate).not.toBe("unknown");
      expect(says).toMatch(/^\S.{4,}/);
      expect(says).not.toMatch(/undefined|\n/);
    }
    expect(judged(name, " ").says).toBe("It is not set.");
  });

  test("that the template has is in the table of parameters, and no other", () => {
    expect(Object.keys(TEMPLATE_PARAMETERS).toSorted()).toEqual(DATADOG_PARAMETERS.toSorted());
  });

  test.each(known)("%s never shows what looks like a key", (name) => {
    for (const value of [KEY, `https://example.com/${KEY}`, `api_key:${KEY}`]) {
      const { says, settings = {} } = judged(name, value);
      expect(says + JSON.stringify(settings)).not.toContain(KEY);
    }
  });
});

test.each([
  [
    "DD_API_KEY_SECRET_ARN",
    "arn:aws:secretsmanager:eu-west-1:1:secret:dd-AbCdEf",
    {},
    "setting",
    /^apiKeySecret: "arn/,
  ],
  [
    "DD_API_KEY_SECRET_ARN",
    "arn:aws:secretsmanager:eu-west-1:1:secret:DdApiKeySecret-x-A",
    {},
    "setting",
    /deletes it/,
  ],
  ["DdApiKeySecretArn", "arn:aws:secretsmanager:DEFAULT", {}, "notNeeded", /not set/],
  ["DdApiKeySsmParameterName", "/my/parameter/path", {}, "notNeeded", /not set/],
  ["DD_API_KEY_SSM_NAME", "/dd/key", {}, "setting", /^apiKeyParameter: "\/dd\/key"/],
  ["DD_API_KEY_SSM_NAME", "/dd/key", { DD_API_KEY_SECRET_ARN: "dd" }, "notNeeded", /DD_API_KEY_SECRET_ARN goes before/],
  ["DD_API_KEY", KEY, {}, "notTakenOver", /create-secret --name datadog-api-key/],
  ["DdApiKey", "****", {}, "notTakenOver", /create-secret/],
  ["DD_API_KEY", KEY, { DD_API_KEY_SSM_NAME: "/dd/key" }, "notNeeded", /goes before/],
  ["DD_KMS_API_KEY", "AQIC", {}, "notTakenOver", /set apiKeySecret or apiKeyParameter/],
  ["DD_SITE", "datadoghq.com", {}, "asItIs", /default/],
  ["DdSite", "us5.datadoghq.com", {}, "setting", /^site: "us5/],
  ["DD_SITE", "https://datadoghq.eu", {}, "notTakenOver", /site must be a host name alone/],
  ["DD_URL", "http-intake.logs.datadoghq.eu", { DD_SITE: "datadoghq.eu" }, "asItIs", /site's intake/],
  ["DD_URL", "proxy.example.com", {}, "setting", /^intakeHost/],
  ["DD_PORT", "443", {}, "asItIs", /default/],
  ["DD_PORT", "443", { DD_NO_SSL: "true" }, "setting", /^intakePort: 443/],
  ["DD_NO_SSL", "True", {}, "setting", /^intakeTls: false, intakePort: 443/],
  ["DD_NO_SSL", "true", { DD_PORT: "80" }, "setting", /^intakeTls: false\.?$/],
  ["DD_TAGS", "env:prod, team:shop,env:prod,", {}, "setting", /^tags: \["env:prod","team:shop"\]/],
  ["DD_ENV", "prod", {}, "notNeeded", /about the forwarder itself/],
  ["DD_MAX_WORKERS", "20", {}, "notNeeded", /default/],
  ["DD_MAX_WORKERS", "8", {}, "setting", /^maxConcurrentRequests: 8/],
  ["DD_MAX_WORKERS", "100", {}, "notTakenOver", /1 to 64/],
  ["DD_COMPRESSION_LEVEL", "9", {}, "notNeeded", /zstd/],
  ["DD_COMPRESSION_LEVEL", "9", { DD_URL: "proxy.example.com" }, "setting", /^compressionLevel: 9/],
  ["DD_FETCH_LOG_GROUP_TAGS", "true", {}, "notTakenOver", /logGroupTags/],
  ["DD_FETCH_LAMBDA_TAGS", "true", {}, "notTakenOver", /set logGroupTags to/],
  ["DD_FORWARD_LOG", "false", {}, "notTakenOver", /remove the subscription/],
  ["DD_LOG_LEVEL", "DEBUG", {}, "notNeeded", /one line/],
  ["DD_STORE_FAILED_EVENTS", "false", {}, "notNeeded", /always stored/],
  ["https_proxy", "http://proxy:3128", {}, "setting", /^proxyUrl/],
  ["HTTPS_PROXY", "http://me:hunter2@proxy:3128", {}, "notTakenOver", /-c proxyUrl/],
  ["ALL_PROXY", "http://proxy:3128", {}, "setting", /^proxyUrl/],
  ["ALL_PROXY", "http://proxy:3128", { HTTPS_PROXY: "http://other:1" }, "notNeeded", /HTTPS_PROXY goes before/],
  ["HTTP_PROXY", "http://proxy:3128", {}, "notNeeded", /plain HTTP/],
  ["HTTP_PROXY", "http://proxy:3128", { DD_NO_SSL: "true" }, "setting", /^proxyUrl/],
  ["no_proxy", ".amazonaws.com", { https_proxy: "http://p:1" }, "setting", /^noProxy/],
  ["NO_PROXY", ".amazonaws.com", {}, "notNeeded", /no proxy/],
  ["NO_PROXY", "x", { HTTPS_PROXY: "http://me:hunter2@p:1" }, "notTakenOver", /-c noProxy/],
  ["REQUESTS_CA_BUNDLE", "/var/ca.pem", {}, "notTakenOver", /set proxyCaFile/],
  ["DD_USE_VPC", "true", {}, "notTakenOver", /vpcId/],
  ["DD_USE_VPC", "true", { VpcId: "vpc-0123abcd" }, "notNeeded", /vpcId/],
  ["VPCSubnetIds", "subnet-0123abcd", {}, "notTakenOver", /vpcId/],
  ["VPCSubnetIds", "subnet-0123abcd", { VpcId: "vpc-0123abcd" }, "setting", /^subnetIds: \["subnet-0123abcd"\]/],
  ["MemorySize", "1024", {}, "notNeeded", /512 MB/],
  ["MemorySize", "3008", {}, "setting", /^memoryMb: 3008/],
  ["LogRetentionInDays", "90", {}, "setting", /^logRetentionDays: 90/],
  ["AWS_REGION", "eu-west-1", {}, "notNeeded", /Lambda or Python/],
  ["DD_LAMBDA_HANDLER", "x.y", {}, "notNeeded", /layer/],
  ["DD_STIE", "x", {}, "unknown", /Did you mean DD_SITE\?/],
  ["EXCLUDE_AT_MATHC", "x", {}, "unknown", /Did you mean EXCLUDE_AT_MATCH\?/],
  ["FROBNICATE", "x", {}, "unknown", /Nothing reads it/],
  ["EXCLUDE_AT_MATCH", "ok$", {}, "rule", /^exclude, in the default rule\.$/],
  ["EXCLUDE_AT_MATCH", "\\d+", {}, "rule", /RE2's syntax/],
  ["ExcludeAtMatch", "ok\\Z", {}, "rule", /lines of Lambda have one/],
  ["EXCLUDE_AT_MATCH", "^(?!.*ERROR)", {}, "notTakenOver", /looks ahead.*set include/],
  ["INCLUDE_AT_MATCH", "(a)\\1", {}, "notTakenOver", /refers back/],
  ["EXCLUDE_AT_MATCH", '\\\\"level\\\\":\\\\"debug', {}, "rule", /take the backslashes out/],
  ["REDACT_IP", "true", {}, "rule", /^redact, in the default rule\.$/],
  ["REDACT_IP", "yes", {}, "notTakenOver", /must be true or false/],
  ["REDACT_EMAIL", "false", {}, "asItIs", /Nothing is redacted/],
  ["DD_SCRUBBING_RULE", "x*", {}, "notTakenOver", /matches the empty text/],
  ["DD_SCRUBBING_RULE_REPLACEMENT", "…", {}, "notNeeded", /DD_SCRUBBING_RULE/],
  ["DD_SCRUBBING_RULE_REPLACEMENT", "…", { DD_SCRUBBING_RULE: "x" }, "rule", /^replacement/],
  ["DD_MULTILINE_LOG_REGEX_PATTERN", "\\S", {}, "rule", /files in S3 alone/],
] as const)("%s=%s with %o: %s", (name, value, others, fate, says) => {
  expect(judged(name, value, others)).toMatchObject({ fate, says: expect.stringMatching(says) });
});

const PYTHON = JSON.parse(readFileSync(new URL("../../fixtures/python-search.json", import.meta.url), "utf8")) as {
  lines: string[];
  patterns: { pattern: string; findsLines: number[] }[];
};

/** The lines that go on, by the rules file that is written. */
function kept(variable: string, pattern: string): number[] {
  const rules = rulesFileOf(judgeAll({ [variable]: pattern }));
  if (!rules) throw new Error(`${pattern} is not taken over`);
  const rule = compileRules(rules).for({ logGroup: "/aws/lambda/f", logStream: "s" });
  const events = PYTHON.lines.map((message, i) => logEvent({ id: String(i), timestamp: 0, message }));
  return [...decisionsOf(rule, events)].flatMap(({ fate }, i) => (fate === "kept" ? [i] : []));
}

test.each(PYTHON.patterns)("the rules keep the lines that Python keeps: $pattern", ({ pattern, findsLines }) => {
  const others = PYTHON.lines.flatMap((_, i) => (findsLines.includes(i) ? [] : [i]));
  expect(kept("EXCLUDE_AT_MATCH", pattern)).toEqual(others);
  expect(kept("IncludeAtMatch", pattern)).toEqual(findsLines);
});
