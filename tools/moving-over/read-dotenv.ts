import { UsageError } from "../arguments.ts";
import type { Environment } from "./verdict.ts";

/**
 * Lines `NAME=value`, as in a .env file, with or without `export` and quotes. A value that is not in quotes is the rest of its
 * line: a `#` may be part of a pattern. Behind a closing quote a comment may stand.
 * @throws UsageError with the numbers of the lines that are none, without their text
 */
export function readDotenv(text: string): Environment {
  const wrong: number[] = [];
  const pairs = text.split(/\r?\n/).flatMap((line, i) => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[=:](.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [[name, unquoted(value.trim())] as const];
    wrong.push(i + 1);
    return [];
  });
  if (wrong.length > 0) {
    throw new UsageError(`Line ${wrong.join(", ")}: not NAME=value. A value is on one line.`);
  }
  return Object.fromEntries(pairs);
}

/** As a shell reads it: in single quotes all is as it stands, in double ones `\"` and `\\` are one character. */
function unquoted(value: string): string {
  const [, single] = /^'([^']*)'\s*(?:#.*)?$/.exec(value) ?? [];
  if (single !== undefined) return single;
  const [, double] = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(value) ?? [];
  return double === undefined ? value : double.replace(/\\(["\\$`])/g, "$1");
}
