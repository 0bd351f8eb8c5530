import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { afterEach, describe, expect, test } from "vitest";
import { openLedger } from "../../functions/forwarder/ledger.ts";
import { emfLine } from "../../functions/metrics/emf-line.ts";
import { FORWARDER_METRICS } from "../../functions/metrics/metrics.ts";
import { reportFields } from "../../functions/metrics/report.ts";
import { accountingGap, FATE_NAMES, FATES, type Fate, TERMS } from "../../functions/records/fates.ts";
import { ForwarderDashboard } from "../../infra/constructs/dashboard.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { renderHeader, renderRow, sumOf } from "../../tools/start/print.ts";
import { endCommands, runCommand } from "../support/command.ts";
import { INVOCATION } from "../support/deliveries.ts";
import { readEmf } from "../support/emf.ts";
import { manualClock } from "../support/sends.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

/** A report in which each fate has another count, and the account is right. */
function everyFate() {
  const ledger = openLedger(INVOCATION, 1, manualClock());
  FATE_NAMES.forEach((fate, i) => {
    const count = 10 ** i;
    ledger.add(fate, count);
    if (FATES[fate].isTerm) ledger.add("received", count);
  });
  return ledger.close();
}

const report = everyFate();
const countOf = (fate: Fate) => 10 ** FATE_NAMES.indexOf(fate);

/** What the dashboard shows under a title. */
function metricsUnder(title: string): string[] {
  const stack = new Stack(appAsDeployed(), "Other", { env: { account: "111122223333", region: "eu-west-1" } });
  const forwarder = new Forwarder(stack, "Forwarder", {
    apiKey: { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") },
  });
  new ForwarderDashboard(stack, "Dashboard", { forwarder });
  const [dashboard] = Object.values(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));
  const { widgets }: { widgets: { properties: { title?: string; metrics?: string[][] } }[] } = JSON.parse(
    readable(dashboard?.Properties.DashboardBody),
  );
  const found = widgets.find(({ properties }) => properties.title === title);
  return (found?.properties.metrics ?? []).map(([, name = ""]) => name);
}

const onDashboard = metricsUnder("Where the received events went");
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours, which the terminal gets
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, "");
const header = plain(renderHeader());
const outcome = { status: "returned", value: report } as const;
const invoked = { requestId: "r", durationMs: 1, outcome, stdout: "", stderr: "" };
const row = plain(renderRow({ number: 1, logGroup: "/ecs/a", sent: report.received, invoked }));

describe.each(FATE_NAMES)("what is %s", (fate) => {
  const { metric, title, isTerm } = FATES[fate];

  test("counts in the sum, if it is a term of it", () => {
    expect(accountingGap(report)).toBe(0);
    expect(accountingGap({ ...report, received: report.received + 3 })).toBe(3);
    expect(accountingGap({ ...report, [fate]: report[fate] + 1 })).toBe(isTerm ? -1 : 0);
    expect((TERMS as readonly Fate[]).includes(fate)).toBe(isTerm);
  });

  test("is a metric of the report's line, under its name", () => {
    expect(FORWARDER_METRICS[metric].unit).toBe(isTerm ? "events" : "deliveries");
    expect(reportFields(report)).toMatchObject({ [metric]: countOf(fate), AccountingGap: 0 });
    // Not as a property besides.
    expect(reportFields(report)).not.toHaveProperty(fate);
    const { metrics } = readEmf(emfLine(reportFields(report), FORWARDER_METRICS, "forwarder", 1));
    expect(metrics.get(metric)?.values).toEqual([countOf(fate)]);
  });

  test("is on the dashboard", () => {
    expect(onDashboard).toContain(metric);
  });

  test("is in the row of a delivery, in a column or in words", () => {
    const [numbers = "", words = ""] = row.split("\n");
    if (header.includes(title)) expect(numbers.split(/\s+/)).toContain(String(countOf(fate)));
    else expect(words).toMatch(new RegExp(`\\b${countOf(fate)} (deliver(y|ies) )?${title}\\b`));
  });

  test("is in the sentence of npm start, as a term or besides", () => {
    const [sum = "", besides = ""] = sumOf(report).split("; ");
    const deliveries = countOf(fate) === 1 ? "delivery" : "deliveries";
    expect(termsOf(sum).has(title)).toBe(isTerm);
    if (isTerm) expect(termsOf(sum).get(title)).toBe(countOf(fate));
    else expect(besides.split(", ")).toContain(`${countOf(fate)} ${deliveries} ${title}`);
  });
});

test("the table has no two fates of one name, and the dashboard nothing but fates", () => {
  for (const field of ["metric", "title"] as const) {
    expect(new Set(FATE_NAMES.map((fate) => FATES[fate][field])).size).toBe(FATE_NAMES.length);
  }
  expect(onDashboard.toSorted()).toEqual(FATE_NAMES.map((fate) => FATES[fate].metric as string).toSorted());
  expect([...termsOf(sumOf(report)).keys()]).toEqual(TERMS.map((term) => FATES[term].title));
});

/** `5 delivered + 2 joined to another` behind the equals sign, as title → count. */
function termsOf(sentence: string): Map<string, number> {
  const terms = sentence
    .replace(/^.* = /, "")
    .replace(/;.*$/, "")
    .split(" + ");
  return new Map(terms.map((term) => [term.replace(/^\d+ /, ""), Number.parseInt(term, 10)]));
}

describe("the sentence that npm start prints", () => {
  afterEach(endCommands);

  const LINES = [
    "2026-11-22 ERROR of bob@x.com",
    "  at first frame",
    "  at second frame",
    "2026-11-22 GET /health",
    "2026-11-22 order placed by ann@example.com",
    "2026-11-22 GET /health again",
    "2026-11-22 order shipped",
  ];
  const startPattern = { DD_MULTILINE_LOG_REGEX_PATTERN: "\\d{4}-\\d\\d-\\d\\d" };

  test.each<[string, Record<string, string>, Partial<Record<Fate, number>>]>([
    ["no rule", {}, { delivered: 7 }],
    ["a rule that excludes", { EXCLUDE_AT_MATCH: "/health" }, { delivered: 5, filtered: 2 }],
    ["a rule that includes", { INCLUDE_AT_MATCH: "order" }, { delivered: 2, filtered: 5 }],
    ["a rule that joins lines", startPattern, { delivered: 5, joinedAway: 2 }],
    ["a rule that redacts", { REDACT_EMAIL: "true" }, { delivered: 7 }],
    [
      "all of these",
      { ...startPattern, EXCLUDE_AT_MATCH: "/health", INCLUDE_AT_MATCH: "ERROR|order", REDACT_EMAIL: "true" },
      { delivered: 3, filtered: 2, joinedAway: 2 },
    ],
    ["a rule that drops what it joined", { ...startPattern, EXCLUDE_AT_MATCH: "frame" }, { delivered: 4, filtered: 3 }],
  ])("is a true sum of all lines, under %s", async (_rule, environment, expected) => {
    const { code, stdout, stderr } = await runCommand("tools/start/start.ts", ["--file", "-"], {
      environment,
      input: LINES.join("\n"),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const oneLine = stdout.replaceAll("\n", " ");
    const [, received, sentence = ""] = oneLine.match(/All accounted for: (\d+) received = (.*?)\. /) ?? [];
    expect(Number(received)).toBe(LINES.length);
    const terms = termsOf(sentence);
    expect([...terms.values()].reduce((a, b) => a + b, 0)).toBe(LINES.length);
    for (const term of TERMS) expect([term, terms.get(FATES[term].title)]).toEqual([term, expected[term] ?? 0]);
    // No line is left out anywhere else, either.
    expect(stdout).toContain(`The recorder took ${expected.delivered} entries`);
  });
});
