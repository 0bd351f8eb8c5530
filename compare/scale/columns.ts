import { csvText } from "../report/figures-csv.ts";
import { formatNumber } from "../report/words/format.ts";
import type { ScaleCase } from "./scale.ts";
import { durationText, usd, verdictCell } from "./words.ts";

interface Column {
  /** Words of a heading stand one below the other on a screen. */
  readonly title: string;
  /** For a machine: a name without spaces. */
  readonly name: string;
  readonly value: (one: ScaleCase) => number | string;
  readonly text: (one: ScaleCase) => string;
}

const inVerdict = ({ account, verdict: { way } }: ScaleCase) => account.ways[way];
const outageOf = ({ outage, verdict: { way } }: ScaleCase) => outage[way];
const numberColumn = (title: string, name: string, value: (one: ScaleCase) => number): Column => ({
  title,
  name,
  value,
  text: (one) => formatNumber(Math.round(value(one) * 10) / 10),
});

/** What is asked about. */
const ASKED: readonly Column[] = [
  numberColumn("GB a day", "gbPerDay", ({ input }) => input.gbPerDay),
  numberColumn("log streams", "streams", ({ input }) => input.streams),
];

/** What follows from it. */
export const FOLLOWS: readonly Column[] = [
  numberColumn(
    "calls a second",
    "deliveriesPerSecond",
    (one) => one.account.load.deliveriesPerSecond * one.verdict.accounts,
  ),
  { title: "right way", name: "way", value: ({ verdict }) => verdict.way, text: ({ verdict }) => verdictCell(verdict) },
  numberColumn("at once", "forwardersAtOnce", (one) => inVerdict(one).atOnce),
  numberColumn("in an outage", "forwardersInOutage", (one) => outageOf(one).mostAtOnce),
  numberColumn("POSTs a second", "requestsPerSecond", (one) => inVerdict(one).requestsPerSecond * one.verdict.accounts),
  {
    title: "drained in",
    name: "drainSeconds",
    value: (one) => outageOf(one).drainSeconds,
    text: (one) => durationText(outageOf(one).drainSeconds),
  },
  dollars("direct a month", "directUsdPerMonth", "direct"),
  dollars("stream a month", "kinesisUsdPerMonth", "kinesis"),
];

/** One service after the other: what a page and a file have of each. */
export const COLUMNS: readonly Column[] = [...ASKED, ...FOLLOWS];

function dollars(title: string, name: string, way: "direct" | "kinesis"): Column {
  const value = ({ usdPerMonth }: ScaleCase) => usdPerMonth[way];
  return { title, name, value, text: (one) => usd(value(one)) };
}

/** What the headings leave out. */
export const COLUMNS_TEXT =
  "Calls: PutLogEvents, each of which makes a delivery; POSTs: to the intake. Both, and dollars, of all accounts; forwarders at once and draining of each.";

/** A row for each service; durations in seconds. */
export const scaleCsv = (cases: readonly ScaleCase[]): string =>
  csvText(
    ["verdict", "accounts", "decidedBy", ...COLUMNS.map(({ name }) => name)],
    cases.map((one) => [
      one.verdict.word,
      one.verdict.accounts,
      one.verdict.decidedBy,
      ...COLUMNS.map(({ value }) => value(one)),
    ]),
  );
