import { globMatcher } from "../../functions/records/glob.ts";
import type { Decision, Wish } from "../../functions/subscriber/plan.ts";
import { isUnmet, WHYS, type Why } from "../../functions/subscriber/whys.ts";
import { TERMINAL_WIDTH, wrapText } from "../wrap-text.ts";

/** Of the action, and the space behind it. */
const INDENT = 8;
const INDENTED = { indent: " ".repeat(INDENT), longWords: "cut" } as const;
const ACTIONS = ["add", "update", "remove", "leave"] as const;

/** The plan as a person reads it, in lines of 80 columns at most. @param all also what stays as it is, one by one */
export function planText(decisions: readonly Decision[], { filter, rule }: Wish, all: boolean): string {
  const shown = decisions
    .filter(({ action, why }) => all || action !== "leave" || WHYS[why].listed)
    .toSorted((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action));
  return [
    ...wrapText(`Filters: ${filter.name}`, { longWords: "cut" }),
    ...wrapText(`Rule: ${ruleText(rule)}`, { longWords: "cut" }),
    "",
    ...shown.flatMap(rowOf),
    ...(shown.length > 0 ? [""] : []),
    ...summary(decisions),
    ...notes(decisions, rule).flatMap((note) => wrapText(note, { longWords: "cut" })),
    "Nothing was changed.",
    "",
  ].join("\n");
}

const ruleText = (rule: Wish["rule"]) =>
  Object.entries(rule ?? {})
    .filter(([, list]) => list !== undefined && list.length > 0)
    .map(([name, list]) => `${name} ${list.join(", ")}`)
    .join("; ");

function rowOf({ logGroup, action, why, detail }: Decision): string[] {
  const row = `${action.padEnd(INDENT)}${inMiddle(logGroup, TERMINAL_WIDTH - INDENT)}`;
  // That it is new is what "add" says.
  return why === "new" ? [row] : [row, ...wrapText(`${WHYS[why].says}${detail ? ` (${detail})` : ""}`, INDENTED)];
}

function summary(decisions: readonly Decision[]): string[] {
  const counts = ACTIONS.map((action) => decisions.filter((its) => its.action === action).length);
  const [add, update, remove, leave] = counts;
  const left = new Map<Why, number>();
  for (const { action, why } of decisions) if (action === "leave") left.set(why, (left.get(why) ?? 0) + 1);
  return [
    `${decisions.length} log groups: ${add} to add, ${update} to update, ${remove} to remove, ${leave} to leave`,
    ...[...left]
      .toSorted(([, a], [, b]) => b - a)
      .flatMap(([why, count]) => hanging(`${count}`.padStart(INDENT - 2), WHYS[why].says)),
  ];
}

/** What is probably not meant. */
function notes(decisions: readonly Decision[], rule: Wish["rule"]): string[] {
  const names = decisions.map(({ logGroup }) => logGroup);
  const useless = (rule?.include ?? []).filter((glob) => !names.some(globMatcher(glob)));
  const unmet = decisions.filter(({ why }) => isUnmet(why)).length;
  return [
    ...useless.map((glob) => `include ${glob} matches no log group of this account and region.`),
    ...(unmet > 0 ? [`${unmet} of ${names.length} log groups can't be as the rule says.`] : []),
  ];
}

/** As JSON, for programs: every log group. */
export const planJson = (decisions: readonly Decision[], { filter, rule }: Wish): string =>
  `${JSON.stringify({
    filterName: filter.name,
    rule,
    logGroups: decisions.map((decision) => ({ ...decision, unmet: isUnmet(decision.why) })),
  })}\n`;

/** Names of log groups tell most at both ends. */
function inMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

const hanging = (head: string, text: string): string[] =>
  wrapText(text, INDENTED).map((line, i) => (i === 0 ? `${head}  ${line.trimStart()}` : line));
