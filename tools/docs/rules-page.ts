import type { FieldRow, ObjectName, Value } from "../../functions/forwarder/stages/rules/rule-fields.ts";
import { DETECTOR_NAMES } from "../../functions/forwarder/stages/rules/types.ts";
import { DETECTOR_WORDS } from "./detector-words.ts";
import { markdownTable } from "./markdown-table.ts";
import { fieldsOf, meaningOf } from "./rule-words.ts";

/** Headings in docs/rules.md. */
const TITLES: Readonly<Record<ObjectName, string>> = {
  file: "The file",
  rule: "A rule",
  actions: "Actions",
  capture: "`capture`",
  multiline: "`multiline`",
  sample: "`sample`",
  detector: "`redact`: a built-in detector",
  pattern: "`redact`: a pattern of your own",
};

/** The reference of docs/rules.md: a table for each object of a rules file. */
export const fieldsTables = (): string =>
  (Object.keys(TITLES) as ObjectName[])
    .map((object) => {
      const intro = [`### ${TITLES[object]}`, meaningOf(object)].filter((text) => text !== "");
      return [...intro, tableOf(object)].join("\n\n");
    })
    .join("\n\n");

function tableOf(object: ObjectName): string {
  const fields = fieldsOf(object);
  const actions = fieldsOf("actions").map(({ field }) => field);
  const own = object === "rule" ? fields.filter(({ field }) => !actions.includes(field)) : fields;
  const table = markdownTable(
    ["field", "value", "meaning", "if not set"],
    own.map(({ field, row, means, otherwise }) => [`\`${field}\``, oneOf(row), means, ifNotSet(row, otherwise)]),
  );
  return own.length < fields.length ? `${table}\n\nBeside these it has [actions](${anchorOf("actions")}).` : table;
}

function ifNotSet({ required, requiredWithout }: FieldRow, otherwise: string): string {
  if (required) return "**needed**";
  return requiredWithout ? `**needed**, unless there is \`${requiredWithout}\`: then ${otherwise}` : otherwise;
}

/** What one value may be. */
function oneOf(value: Value): string {
  switch (value.kind) {
    case "text":
    case "maybeEmpty":
      return "a text";
    case "flag":
      return "`true` or `false`";
    case "pattern":
      return "a pattern";
    case "patterns":
      return "a pattern, or a list of patterns";
    case "number":
    case "wholeNumber":
      return rangeOf(value);
    case "flagOrNumber":
      return `\`true\`, \`false\`, or ${rangeOf(value)}`;
    case "choice":
      return value.of === DETECTOR_NAMES
        ? "[a detector](#built-in-detectors)"
        : value.of.map((word) => `\`${word}\``).join(" or ");
    case "list":
      return `a list of ${manyOf(value.of)}`;
    case "object":
      return `[an object](${anchorOf(value.of)})`;
    case "redact":
      return `one of ${manyOf(value)}`;
  }
}

/** What the values of a list may be. */
function manyOf(item: Value): string {
  if (item.kind === "object") return `[objects](${anchorOf(item.of)})`;
  if (item.kind !== "redact") return `texts${"suchAs" in item ? `, such as \`${item.suchAs}\`` : ""}`;
  return `[detectors](#built-in-detectors), and objects with [one](${anchorOf("detector")}) or with [a pattern](${anchorOf("pattern")})`;
}

const rangeOf = ({ min, max }: { readonly min: number; readonly max: number }) =>
  `${min.toLocaleString("en")} to ${max.toLocaleString("en")}`;

const anchorOf = (object: ObjectName) =>
  `#${TITLES[object]
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")}`;

/** The table of docs/rules.md: what each built-in detector takes, and what it leaves. */
export const detectorsTable = (): string =>
  markdownTable(
    ["detector", "finds", "such as", "but not"],
    DETECTOR_NAMES.map((name) => {
      const { finds, suchAs, butNot } = DETECTOR_WORDS[name];
      return [`\`${name}\``, finds, shown(suchAs), shown(butNot)];
    }),
  );

const shown = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(", ");
