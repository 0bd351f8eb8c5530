import { COLUMNS } from "./columns.ts";
import type { ScaleCase } from "./scale.ts";

/** A row for each service (RFC 4180); durations in seconds. No value has a comma or a quote in it. */
export function scaleCsv(cases: readonly ScaleCase[]): string {
  const rows = cases.map((one) => [
    one.verdict.word,
    one.verdict.accounts,
    one.verdict.decidedBy,
    ...COLUMNS.map(({ value }) => rounded(value(one))),
  ]);
  return [["verdict", "accounts", "decidedBy", ...COLUMNS.map(({ name }) => name)], ...rows]
    .map((row) => `${row.join(",")}\r\n`)
    .join("");
}

const rounded = (value: number | string) => (typeof value === "number" ? Number(value.toPrecision(6)) : value);
