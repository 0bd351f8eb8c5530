import { fileURLToPath } from "node:url";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";

const bundleOf = (name: string) => fileURLToPath(new URL(`../../dist/${name}/index.mjs`, import.meta.url));

/** Paths of the built functions. */
export const BUNDLES = {
  forwarder: bundleOf("forwarder"),
  replayer: bundleOf("replayer"),
  subscriber: bundleOf("subscriber"),
} as const;

/** A built function, as deployed, in a process of its own. */
export const bundled = (
  name: keyof typeof BUNDLES,
  environment: Record<string, string>,
  memoryMb = 512,
  timeoutMs = 30_000,
): LocalFunction => localFunction({ functionName: name, bundle: BUNDLES[name], environment, timeoutMs, memoryMb });
