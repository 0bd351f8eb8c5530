import { type ObjectName, RULE_FIELDS, type Value } from "../../functions/forwarder/stages/rules/rule-fields.ts";
import { DETECTOR_NAMES } from "../../functions/forwarder/stages/rules/types.ts";
import { fieldsOf, meaningOf } from "./rule-words.ts";

/**
 * Of a rules file, for editors: they complete names and say what each means. Draft 7, which all of them know. What it can't
 * say, such as what a pattern is, `npm run rules -- check` does.
 */
export function rulesSchema(): object {
  const { file, ...others } = RULE_FIELDS;
  const definitions = Object.keys(others).map((object) => [object, schemaOf(object as ObjectName)]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Rules of sidecarless",
    ...schemaOf("file"),
    definitions: Object.fromEntries(definitions),
  };
}

function schemaOf(object: ObjectName): object {
  const fields = fieldsOf(object);
  const required = fields.filter(({ row }) => row.required).map(({ field }) => field);
  const anyOf = fields.flatMap(({ field, row: { requiredWithout: other } }) =>
    other ? [{ required: [field] }, { required: [other], properties: { [other]: { not: { const: false } } } }] : [],
  );
  const description = withoutMarkdown(meaningOf(object));
  return {
    ...(description && { description }),
    type: "object",
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    ...(anyOf.length > 0 && { anyOf }),
    properties: Object.fromEntries(
      fields.map(({ field, row, means, otherwise }) => [
        field,
        {
          ...valueSchema(row),
          description: withoutMarkdown(otherwise ? `${means} If it is not set: ${otherwise}.` : means),
          ...(row.default !== undefined && { default: row.default }),
        },
      ]),
    ),
  };
}

function valueSchema(value: Value): object {
  switch (value.kind) {
    case "text":
      return { ...TEXT, ...(value.suchAs && { examples: [value.suchAs] }) };
    case "pattern":
      return TEXT;
    case "patterns":
      return { anyOf: [TEXT, { type: "array", items: TEXT }] };
    case "maybeEmpty":
      return { type: "string" };
    case "flag":
      return { type: "boolean" };
    case "number":
    case "wholeNumber":
      return numberSchema(value);
    case "flagOrNumber":
      return { anyOf: [{ type: "boolean" }, numberSchema(value)] };
    case "choice":
      return { enum: value.of };
    case "list":
      return { type: "array", items: value.of.kind === "object" ? reference(value.of.of) : valueSchema(value.of) };
    case "object":
      // Beside `$ref`, draft 7 takes no notice of a description.
      return { allOf: [reference(value.of)] };
    case "redact":
      return { anyOf: [{ enum: DETECTOR_NAMES }, reference("detector"), reference("pattern")] };
  }
}

const TEXT = { type: "string", minLength: 1 };
const reference = (object: ObjectName) => ({ $ref: `#/definitions/${object}` });

const numberSchema = ({ kind, min, max }: Extract<Value, { readonly min: number }>) => ({
  type: kind === "number" ? "number" : "integer",
  minimum: min,
  maximum: max,
});

/** Editors show a description as it is. */
const withoutMarkdown = (text: string) => text.replaceAll("`", "");
