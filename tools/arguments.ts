import { type ParseArgsConfig, parseArgs } from "node:util";

/** It was called wrongly. The message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `parseArgs`, whose complaints are about how it was called. @throws UsageError */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
