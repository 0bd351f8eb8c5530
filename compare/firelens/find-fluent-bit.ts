import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { UsageError } from "../../tools/arguments.ts";

export interface FluentBit {
  readonly file: string;
  /** Such as `5.0.9`. */
  readonly version: string;
}

/** Where Fluent Bit's own packages put it, which is not on PATH. https://docs.fluentbit.io/manual/installation (2026-11) */
const PACKAGED = "/opt/fluent-bit/bin/fluent-bit";
const ANSWER_WITHIN_MS = 10_000;

/** On PATH, then where packages put it. */
export const usualPlaces = (): string[] => [
  ...(process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "fluent-bit")),
  PACKAGED,
];

/**
 * The Fluent Bit to run: the given file, else the first in the usual places. Undefined if there is none.
 * @throws UsageError if a file is given that is not one.
 */
export async function findFluentBit(
  option?: string,
  places: readonly string[] = usualPlaces(),
): Promise<FluentBit | undefined> {
  if (option !== undefined) {
    const asked = await askVersion(option);
    if ("version" in asked) return { file: option, version: asked.version };
    throw new UsageError(
      `--fluent-bit ${option} is not Fluent Bit: ${asked.problem}. Give the program's file, or leave the option out.`,
    );
  }
  for (const file of places) {
    const asked = await askVersion(file);
    if ("version" in asked) return { file, version: asked.version };
  }
  return undefined;
}

function askVersion(file: string): Promise<{ readonly version: string } | { readonly problem: string }> {
  return new Promise((resolve) => {
    execFile(file, ["--version"], { timeout: ANSWER_WITHIN_MS, killSignal: "SIGKILL" }, (error, stdout) => {
      const version = stdout.match(/^Fluent Bit v(\d+\.\d+\.\d+\S*)/m)?.[1];
      if (version !== undefined) resolve({ version });
      else resolve({ problem: error ? whyItFailed(error) : "it does not say so when asked for --version" });
    });
  });
}

function whyItFailed({ code, killed }: { code?: string | number | null; killed?: boolean }): string {
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "the file may not be run";
  if (killed) return `it did not answer --version within ${ANSWER_WITHIN_MS / 1_000} s`;
  return `--version failed (${code ?? "ended by a signal"})`;
}
