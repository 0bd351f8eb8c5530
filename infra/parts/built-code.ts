import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";

type Bundle = "forwarder" | "replayer" | "recorder" | "subscriber";

/**
 * A built function, as `npm run build` leaves it, with files of the deployment's own beside it.
 * @param files name → content.
 * @throws if the function is not there.
 */
export function builtCode(name: Exclude<Bundle, "recorder">, files: Readonly<Record<string, string>> = {}): Code {
  const place = bundleFolder(name);
  if (Object.keys(files).length === 0) return Code.fromAsset(place);
  const copy = mkdtempSync(join(tmpdir(), `sidecarless-${name}-`));
  cpSync(place, copy, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(copy, file), content);
  return Code.fromAsset(copy);
}

/** The text of a built program that is one file. @throws if it is not there. */
export const builtScript = (name: "recorder"): string => readFileSync(`${bundleFolder(name)}/index.mjs`, "utf8");

function bundleFolder(name: Bundle): string {
  // Seen from the sources, and from the built package (dist/package/infra/parts).
  const places = [`../../dist/${name}`, `../../../${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const place = places.find((path) => existsSync(`${path}/index.mjs`));
  if (place) return place;
  throw new Error(`${name} is not built: no index.mjs in ${places.join(" or ")}. Run npm run build.`);
}
