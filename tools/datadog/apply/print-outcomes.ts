import { wrapText } from "../../wrap-text.ts";
import type { Outcome } from "./each-in-turn.ts";

const INDENT = "    ";

/** @param line what was to be done */
export function outcomeLines(line: string, { result, why, notTaken }: Outcome<unknown>): string[] {
  return [
    `${line}  ${result}`,
    ...(why === undefined ? [] : wrapText(why, { indent: INDENT })),
    ...(notTaken
      ? wrapText(`Datadog has another value than was sent in ${notTaken.join(", ")}`, { indent: INDENT })
      : []),
  ];
}

/** The last line of a run. @param blocked how many changes were not possible from the start */
export function endOf(outcomes: readonly Outcome<unknown>[], blocked: number): string {
  const left = outcomes.filter(({ result }) => result !== "done").length;
  if (left + blocked === 0) return outcomes.length === 0 ? "Nothing to do.\n" : "Done.\n";
  return `${outcomes.length - left} done, ${left + blocked} not: see above. Fix that, then run it again; it continues from here.\n`;
}
