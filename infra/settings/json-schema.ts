import { NONE, PAIRED } from "./read-value.ts";
import type { SettingRow } from "./table/setting-row.ts";
import type { Shape, TextShape } from "./table/shapes.ts";
import { SETTINGS } from "./table.ts";

/** Of a settings file, for editors: they complete names and say what each means. Draft 7, which all of them know. */
export function settingsSchema(): object {
  const rows: readonly (readonly [string, SettingRow])[] = Object.entries(SETTINGS);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of sidecarless",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      ...Object.fromEntries(rows.map(([name, row]) => [name, propertyOf(row)])),
    },
  };
}

function propertyOf({ shape, means, default: fallback, otherwise, example }: SettingRow): object {
  const unset = otherwise && ` If it is not set: ${otherwise}.`;
  return {
    ...schemaOf(shape),
    description: withoutMarkdown(`${means}${unset ?? ""}`),
    ...(fallback !== undefined && { default: fallback }),
    examples: [example],
  };
}

function schemaOf(shape: Shape): object {
  switch (shape.kind) {
    case "text":
      return textSchema(shape);
    case "path":
      return textSchema({ kind: "text" });
    case "integer": {
      const number = { type: "integer", minimum: shape.min, maximum: shape.max };
      return shape.word === undefined ? number : { anyOf: [number, { const: shape.word }] };
    }
    case "flag":
      return { type: "boolean" };
    case "choice":
      return { enum: shape.of };
    case "list": {
      const list = { type: "array", items: schemaOf(shape.item), uniqueItems: true };
      return shape.none ? { anyOf: [{ ...list, minItems: 1 }, { const: NONE }] } : list;
    }
    case "pairs": {
      const name = { type: "string", pattern: PAIRED };
      return { type: "object", minProperties: 1, propertyNames: name, additionalProperties: name };
    }
  }
}

const textSchema = ({ pattern }: TextShape) => ({ type: "string", minLength: 1, ...(pattern && { pattern }) });

/** Editors show a description as it is. */
const withoutMarkdown = (text: string) => text.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").replaceAll("`", "");
