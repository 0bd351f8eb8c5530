import { readFileSync } from "node:fs";
import { type FieldRow, type ObjectName, RULE_FIELDS } from "../../functions/forwarder/stages/rules/rule-fields.ts";
import { interfacesIn, type Member, membersOf } from "./interfaces.ts";

/** The comments of their fields tell what these mean. */
const TYPES = "functions/forwarder/stages/rules/types.ts";
const INTERFACES = interfacesIn([readFileSync(new URL(`../../${TYPES}`, import.meta.url), "utf8")]);
const TYPE_OF: Readonly<Record<ObjectName, string>> = {
  file: "RulesFile",
  rule: "Rule",
  actions: "RuleActions",
  capture: "Capture",
  multiline: "Multiline",
  sample: "Sample",
  detector: "RedactDetector",
  pattern: "RedactPattern",
};

export interface FieldWords {
  readonly field: string;
  readonly row: FieldRow;
  readonly means: string;
  /** What happens if it is not set. */
  readonly otherwise: string;
}

/** What an object is for; empty if nothing is said. */
export const meaningOf = (object: ObjectName): string => INTERFACES.get(TYPE_OF[object])?.means ?? "";

/** The fields of an object, in the order of its type. */
export function fieldsOf(object: ObjectName): readonly FieldWords[] {
  const rows: Readonly<Record<string, FieldRow>> = RULE_FIELDS[object];
  return membersOf(INTERFACES, TYPE_OF[object]).map((member) => wordsOf(TYPE_OF[object], member, rows[member.name]));
}

/** @throws if its comment is missing, or does not tell the default that is used */
export function wordsOf(
  type: string,
  { name: field, means, otherwise }: Member,
  row: FieldRow | undefined,
): FieldWords {
  const where = `${TYPES}: the comment of ${field} in ${type}`;
  if (!row || means === "") throw new Error(`${where} says nothing of it.`);
  if (!row.required && otherwise === "") throw new Error(`${where} needs a @default.`);
  for (const value of [row.default, row.defaultWithPieces].filter((one) => one !== undefined)) {
    const shown = typeof value === "number" ? value.toLocaleString("en") : `\`${JSON.stringify(value)}\``;
    if (!otherwise.includes(shown)) throw new Error(`${where} must have @default ${shown}, which is used.`);
  }
  return { field, row, means, otherwise };
}
