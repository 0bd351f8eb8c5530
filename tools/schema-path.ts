import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** For the `$schema` of a file that is written: the path of one of our JSON Schemas as seen from it. */
export function schemaPath(
  schema: "infra/settings/sidecarless.schema.json" | "docs/rules.schema.json",
  writtenTo: string,
): string {
  const seen = path.relative(path.dirname(path.resolve(writtenTo)), path.join(ROOT, schema)).replaceAll("\\", "/");
  return seen.startsWith(".") ? seen : `./${seen}`;
}
