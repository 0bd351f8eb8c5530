import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";

/**
 * A built function, as `npm run build` leaves it.
 * @throws if it is not there.
 */
export function bundle(name: "forwarder" | "replayer" | "recorder"): Code {
  // Seen from the sources, and from the built package (dist/package/infra).
  const places = [`../dist/${name}`, `../../${name}`].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const place = places.find((path) => existsSync(`${path}/index.mjs`));
  if (!place)
    throw new Error(`The ${name} function is not built: no index.mjs in ${places.join(" or ")}. Run npm run build.`);
  return Code.fromAsset(place);
}
