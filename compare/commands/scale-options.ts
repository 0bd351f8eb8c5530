import { readArguments, UsageError } from "../../tools/arguments.ts";
import { openModel, parseOverrides } from "../modelled.ts";
import { type NumberRange, numberOption } from "../number-option.ts";
import { type Prices, regionsOf } from "../prices/prices.ts";
import { openFigures, SCALE_FIGURES, type ScaleFigureName } from "../scale/figures.ts";
import type { ScaleInput } from "../scale/load.ts";
import { usualStreams, VOLUMES } from "../scale/scale.ts";
import { MIN_RESERVED, type ScaleModel } from "../scale/ways.ts";

export interface ScaleOptions {
  /** One for each volume. */
  readonly inputs: readonly ScaleInput[];
  readonly scale: ScaleModel;
  readonly output: "text" | "json" | "csv";
  /** Where the chart goes, if it is asked for. */
  readonly chart?: string;
  /** Chart and table of this project's own documentation. */
  readonly docs: boolean;
}

const NUMBERS = {
  "gb-per-day": { min: 0.001, max: 1_000_000, whole: false },
  streams: { min: 1, max: 10_000_000, whole: true },
  "line-bytes": { min: 1, max: 1_000_000, whole: false },
  "outage-hours": { min: 0, max: 336, whole: false },
  accounts: { min: 1, max: 1_000, whole: true },
} as const satisfies Record<string, NumberRange>;

type NumberName = keyof typeof NUMBERS;

const OPTIONS = {
  "gb-per-day": { type: "string" },
  streams: { type: "string" },
  "line-bytes": { type: "string" },
  "outage-hours": { type: "string" },
  accounts: { type: "string" },
  region: { type: "string" },
  model: { type: "string", multiple: true },
  chart: { type: "string" },
  docs: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  csv: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError with every problem */
export function parseScaleOptions(args: readonly string[], prices: Prices): ScaleOptions | "help" {
  const { values } = readArguments({ args: [...args], options: OPTIONS });
  if (values.help) return "help";
  const problems: string[] = [];
  const number = (name: NumberName): number | undefined => {
    const text = values[name];
    return text === undefined ? undefined : numberOption(name, text, NUMBERS[name], problems);
  };
  const region = values.region ?? prices.base;
  if (!regionsOf(prices).includes(region)) {
    problems.push(`--region must be one of ${regionsOf(prices).join(", ")}; it is "${region}".`);
  }
  if (values.json && values.csv) problems.push("Give --json or --csv, not both.");
  const gbPerDay = number("gb-per-day");
  const streams = number("streams");
  const basic = {
    lineBytes: number("line-bytes") ?? 200,
    outageHours: number("outage-hours") ?? 3,
    accounts: number("accounts") ?? 1,
    region,
  };
  const scale = openScale(values.model ?? [], prices, problems);
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const volumes = gbPerDay === undefined ? VOLUMES : [gbPerDay];
  return {
    inputs: volumes.map((gb) => ({ ...basic, gbPerDay: gb, streams: streams ?? usualStreams(gb) })),
    scale,
    output: values.json ? "json" : values.csv ? "csv" : "text",
    chart: values.chart,
    docs: values.docs,
  };
}

/** Figures of both tables by one option: its name tells which it is of. */
function openScale(texts: readonly string[], prices: Prices, problems: string[]): ScaleModel {
  const isOurs = (text: string) => Object.hasOwn(SCALE_FIGURES, text.split("=", 1)[0] ?? "");
  const overrides: Partial<Record<ScaleFigureName, number>> = {};
  for (const text of texts.filter(isOurs)) {
    const [name = "", value = ""] = text.split("=", 2);
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (number > 0 && Number.isFinite(number)) overrides[name as ScaleFigureName] = number;
    else problems.push(`--model: ${name} must be a number above 0; it is "${value}".`);
  }
  const figures = openFigures(overrides);
  const least = figures("lambda.unreserved") + MIN_RESERVED;
  if (figures("lambda.concurrency") < least) {
    problems.push(
      `--model: lambda.concurrency must be ${least} at least, of which ${MIN_RESERVED} are the forwarder's: have it raised first.`,
    );
  }
  const others = texts.filter((text) => !isOurs(text));
  return { figures, model: openModel(parseOverrides(others, problems)), prices };
}
