import { fileURLToPath } from "node:url";
import { localFunction } from "../lambda/lambda-process.ts";

/** Standing in for a key where any will do. */
export const LOCAL_KEY = "local-recorder-takes-this-key";

/** Passed on to the function if set here; everything else in this environment stays out of its sight. */
const PASSED_ON =
  /^(DD_(TAGS|ENV|SERVICE|SOURCE|COMPRESSION|COMPRESSION_LEVEL|MAX_WORKERS|SCRUBBING_\w+|MULTILINE_\w+)|(IN|EX)CLUDE_AT_MATCH|REDACT_\w+|SIDECARLESS_\w+)$/;
const PASSED_ON_TO_DATADOG =
  /^(DD_(API_KEY|SITE|URL|PORT|NO_SSL)|NODE_EXTRA_CA_CERTS|(HTTPS?|NO)_PROXY|(https?|no)_proxy)$/;

/** How entries are to look, as set where this runs. */
export const entrySettings = () => pick(process.env, PASSED_ON);
/** Which intake they are to go to. */
export const intakeSettings = () => pick(process.env, PASSED_ON_TO_DATADOG);

export const builtFunction = (
  functionName: "forwarder" | "replayer",
  environment: Record<string, string>,
  timeoutMs: number,
) =>
  localFunction({
    functionName,
    bundle: fileURLToPath(new URL(`../../dist/${functionName}/index.mjs`, import.meta.url)),
    environment,
    timeoutMs,
    memoryMb: 512,
  });

function pick(environment: NodeJS.ProcessEnv, names: RegExp): Record<string, string> {
  const picked = Object.entries(environment).filter(([name, value]) => names.test(name) && value !== undefined);
  return Object.fromEntries(picked) as Record<string, string>;
}
