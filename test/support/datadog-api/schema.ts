import { Ajv, type AnySchemaObject } from "ajv";

/** Short forms of the parts of JSON Schema that the API's bodies need. Objects take no field that is not named. */

export const object = (
  properties: Readonly<Record<string, AnySchemaObject>>,
  required: readonly string[] = [],
): AnySchemaObject => ({ type: "object", properties, required, additionalProperties: false });

/** An object with any names, whose values are of one kind. */
export const recordOf = (values: AnySchemaObject): AnySchemaObject => ({
  type: "object",
  additionalProperties: values,
});

export const arrayOf = (
  items: AnySchemaObject,
  limits: { minItems?: number; maxItems?: number } = {},
): AnySchemaObject => ({
  type: "array",
  items,
  ...limits,
});

export const text = { type: "string" } as const;
export const flag = { type: "boolean" } as const;
export const number = { type: "number" } as const;
export const integer = { type: "integer" } as const;
export const anything = {} as const;
export const between = (minimum: number, maximum: number): AnySchemaObject => ({ type: "integer", minimum, maximum });
export const matching = (pattern: RegExp): AnySchemaObject => ({ type: "string", pattern: pattern.source });
export const oneOf = (...values: readonly string[]): AnySchemaObject => ({ type: "string", enum: values });
export const either = (...schemas: readonly AnySchemaObject[]): AnySchemaObject => ({ anyOf: schemas });
export const nullable = (schema: AnySchemaObject): AnySchemaObject => ({ anyOf: [schema, { type: "null" }] });

const ajv = new Ajv({ allErrors: true });
const compiled = new WeakMap<AnySchemaObject, ReturnType<typeof ajv.compile>>();

/** What of a value does not fit; empty if all does. */
export function problemsOf(value: unknown, schema: AnySchemaObject): string[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const what = Object.values(params).filter((param) => typeof param === "string");
    return `body${instancePath} ${message}${what.length > 0 ? ` (${what.join(", ")})` : ""}`;
  });
}
