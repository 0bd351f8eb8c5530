import { fileURLToPath } from "node:url";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";

/** A built function, as deployed, in a process of its own. */
export const bundled = (
  name: "forwarder" | "replayer" | "recorder",
  environment: Record<string, string>,
  memoryMb = 512,
  timeoutMs = 30_000,
): LocalFunction =>
  localFunction({
    functionName: name,
    bundle: fileURLToPath(new URL(`../../dist/${name}/index.mjs`, import.meta.url)),
    environment,
    timeoutMs,
    memoryMb,
  });
