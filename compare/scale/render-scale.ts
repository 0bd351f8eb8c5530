import { type Style, styleWith, wrapped } from "../report/terminal/screen.ts";
import { type TableRow, textTable } from "../report/terminal/text-table.ts";
import { formatNumber } from "../report/words/format.ts";
import { COLUMNS_TEXT, FOLLOWS } from "./columns.ts";
import { LIMITS, type LimitId } from "./limits.ts";
import type { ScaleCase } from "./scale.ts";
import { WAYS } from "./ways.ts";
import { ASSUMED, askedText, becauseText, durationText, usd, useText, verdictText, volumeText } from "./words.ts";

/** One service in detail, several as a table; as wide as the screen. */
export function renderScale(cases: readonly ScaleCase[], { color = false } = {}): string {
  const style = styleWith(color);
  const [first] = cases;
  if (!first) return "";
  const parts = cases.length === 1 ? detail(first, style) : overview(cases, first, style);
  return `${[...parts, ASSUMED.map((text) => wrapped(`- ${text}`, "  ")).join("\n")].join("\n\n")}\n`;
}

function overview(cases: readonly ScaleCase[], first: ScaleCase, style: Style): string[] {
  const table = textTable(
    ["a day, log streams", ...FOLLOWS.map(({ title }) => title)],
    cases.map((one) => [
      `${volumeText(one.input.gbPerDay)}, ${formatNumber(one.input.streams)}`,
      ...FOLLOWS.map(({ text }) => text(one)),
    ]),
    style,
  );
  const why = cases.map((one) =>
    wrapped(`${volumeText(one.input.gbPerDay)}: ${verdictText(one.verdict)} (${becauseText(one)}).`, "  "),
  );
  return [
    wrapped(`${askedText(first.input)}.`),
    table,
    wrapped(COLUMNS_TEXT),
    `${style("bold", "Why")}\n${why.join("\n")}`,
    ...oldLines(cases),
  ];
}

function oldLines(cases: readonly ScaleCase[]): string[] {
  const late = cases.filter(({ outage, verdict }) => outage[verdict.way].redated);
  if (late.length === 0) return [];
  const volumes = late.map(({ input }) => volumeText(input.gbPerDay)).join(", ");
  return [
    wrapped(
      `At ${volumes} some lines are over 18 h old when they are sent, and get the present time: more accounts, each with a replayer, are out sooner.`,
    ),
  ];
}

function detail(one: ScaleCase, style: Style): string[] {
  const { input, verdict, account, outage } = one;
  const { load } = account;
  const row = (title: string, of: (way: (typeof WAYS)[number]) => string): TableRow => [title, ...WAYS.map(of)];
  const number = (value: number) => formatNumber(Math.round(value * 10) / 10);
  const limitRow = (id: LimitId): TableRow =>
    row(`  ${LIMITS[id].title}`, (way) => {
      const use = account.ways[way].limits.find((limit) => limit.id === id);
      return use ? `${use.share > 1 ? "! " : ""}${useText(use)}` : "";
    });
  const table = textTable(
    [verdict.accounts > 1 ? `In each of ${verdict.accounts} accounts` : "In the account", "direct", "with a stream"],
    [
      row("Deliveries a second", () => number(load.deliveriesPerSecond)),
      row("Invocations a second", (way) => number(account.ways[way].invocationsPerSecond)),
      row("Events in each", (way) => number(account.ways[way].eventsPerInvocation)),
      row("Forwarders at once", (way) => number(account.ways[way].atOnce)),
      row("Requests to the intake a second", (way) => number(account.ways[way].requestsPerSecond)),
      row("Dollars a month, all accounts", (way) => usd(one.usdPerMonth[way])),
      `An outage of ${formatNumber(input.outageHours)} h`,
      row("  Forwarders at once, at most", (way) => number(outage[way].mostAtOnce)),
      row("  Deliveries that wait, at most", (way) => formatNumber(Math.round(outage[way].mostWaiting))),
      row("  Longest wait for one", (way) => durationText(outage[way].longestWaitSeconds)),
      row("  Objects in the bucket then", (way) => formatNumber(Math.round(outage[way].objects))),
      row("  Objects sent a minute", (way) => formatNumber(Math.round(outage[way].objectsPerMinute))),
      row("  All of it sent after", (way) => durationText(outage[way].drainSeconds)),
      "Limits, what is needed of what there is; ! does not fit, or asks for something",
      ...(Object.keys(LIMITS) as LimitId[]).map(limitRow),
    ],
    style,
  );
  const beyond = WAYS.flatMap((way) =>
    account.ways[way].limits
      .filter(({ share }) => share > 1)
      .map(({ title, beyond: text }) =>
        wrapped(`- ${way === "direct" ? "Direct" : "With a stream"}, ${title}: ${text}.`, "  "),
      ),
  );
  return [
    wrapped(
      `${volumeText(input.gbPerDay)} a day from ${formatNumber(input.streams)} log streams. ${askedText(input)}.`,
    ),
    `${style("bold", "Right way")}\n${wrapped(`${verdictText(verdict)} (${becauseText(one)}).`)}`,
    table,
    ...(beyond.length > 0 ? [beyond.join("\n")] : []),
    wrapped(
      `CloudWatch Logs takes ${usd(one.cloudwatchUsdPerMonth)} a month besides, for ingestion and 14 days of storage.`,
    ),
    ...oldLines([one]),
  ];
}
