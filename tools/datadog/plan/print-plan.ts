import { TERMINAL_WIDTH, wrapText } from "../../wrap-text.ts";
import { FACETS } from "../recommended/facets.ts";
import type { Change, Plan } from "./changes.ts";
import type { Difference } from "./differences.ts";

/** A terminal's usual width: what is longer ends with an ellipsis. `--json` has everything. */

/** The plan as a table. @param byHand with what a person has to do besides */
export function planText(plan: Plan, { byHand = true } = {}): string {
  return [
    ...plan.changes.flatMap((change, i) => [changeLine(change), ...details(change, plan.changes[i + 1])]),
    ...plan.leftOut.map(({ kind, needs }) => cut(`  left out ${kind.padEnd(KIND_WIDTH)} needs ${needs}`)),
    "",
    `${summary(plan.changes)}.`,
    ...plan.notes.flatMap((note) => ["", ...wrapText(`Note: ${note}`)]),
    "",
    ...(byHand ? [...facetSteps(), ""] : []),
  ].join("\n");
}

/** The plan for scripts: one object. */
export const planJson = ({ setup, changes, leftOut, notes }: Plan) => ({
  setup,
  changes: changes.map((change) => ("body" in change ? { ...change, body: undefined } : change)),
  leftOut,
  notes,
  byHand: { facets: Object.entries(FACETS).map(([path, facet]) => ({ path, ...facet })) },
});

const ACTION_WIDTH = 8;
const KIND_WIDTH = 9;

/** One change on one line: what is done, the kind, the name. */
export const changeLine = (change: Change): string =>
  cut(`  ${change.action.padEnd(ACTION_WIDTH)} ${change.kind.padEnd(KIND_WIDTH)} ${change.name}`);

const INDENT = " ".repeat(ACTION_WIDTH + KIND_WIDTH + 4);

/** Why several in a row are not possible is said once. */
function details(change: Change, next?: Change): string[] {
  switch (change.action) {
    case "create":
    case "keep":
      return [];
    case "update":
      return change.differences.map((difference) => cut(INDENT + differenceText(difference)));
    case "move":
      return [cut(`${INDENT}before ${change.before}, which takes every log`)];
    case "leave":
      return wrapText(change.why, { indent: INDENT });
    case "blocked":
      return next?.action === "blocked" && next.why === change.why ? [] : wrapText(change.why, { indent: INDENT });
  }
}

const differenceText = ({ path, from, to }: Difference) => `${path}: ${short(from)} -> ${short(to)}`;

/** Both sides of a difference are to be seen. */
const SHORT = 18;

function short(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = JSON.stringify(value);
  return text.length <= SHORT ? text : `${text.slice(0, SHORT - 1)}…`;
}

const TOLD = {
  create: "to make",
  update: "to change",
  move: "to move",
  keep: "as recommended",
  leave: "left as they are",
  blocked: "not possible",
} as const satisfies Readonly<Record<Change["action"], string>>;

export function summary(changes: readonly Change[]): string {
  const counts = Object.entries(TOLD).flatMap(([action, told]) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} ${told}`];
  });
  return counts.length === 0 ? "Nothing is there" : counts.join(", ");
}

function facetSteps(): string[] {
  return [
    "By hand, once, as Datadog's API makes no facets: open an event of an ECS task in",
    "the Log Explorer, click on the attribute or tag, and choose to create",
    ...Object.entries(FACETS).map(([path, facet]) =>
      cut(`  ${path.padEnd(17)} a ${facet.type}${"unit" in facet ? ` in ${facet.unit}s` : ""}: ${facet.means}`),
    ),
  ];
}

const cut = (line: string) => (line.length <= TERMINAL_WIDTH ? line : `${line.slice(0, TERMINAL_WIDTH - 1)}…`);
