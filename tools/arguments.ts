import { type ParseArgsConfig, parseArgs } from "node:util";
import { similarName } from "../functions/settings/similar-name.ts";

/** It was called wrongly. The message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `parseArgs`, whose complaints are about how it was called. @throws UsageError */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(complaint(error as Error & { readonly code?: string }, Object.keys(config.options ?? {})));
  }
}

/** In Node's words, without its lesson on arguments that begin with a hyphen. */
function complaint({ message, code }: { readonly message: string; readonly code?: string }, options: string[]): string {
  const [, option = ""] = /ption '(?:-\w, )?(-[^\s']*)/.exec(message) ?? [];
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `Unknown option '${option}'${didYouMean(option, options, "--")}`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      if (message.includes("does not take")) return `${option} takes no value.`;
      return message.includes("ambiguous")
        ? `${option} needs a value. If that begins with a hyphen: ${option}=VALUE.`
        : `${option} needs a value.`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `${message.split(". This command")[0]}: this command takes options only.`;
    default:
      return message;
  }
}

/** The end of a sentence about a name that is not known: `; did you mean --quick?`, or a full stop. */
export function didYouMean(written: string, names: readonly string[], prefix = ""): string {
  const meant = names.length === 0 ? undefined : similarName(written, names);
  return meant === undefined ? "." : `; did you mean ${prefix}${meant}?`;
}
