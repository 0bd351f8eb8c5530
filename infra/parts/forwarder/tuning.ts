import { Tokenization } from "aws-cdk-lib";
import { ENV } from "../../../functions/settings/environment.ts";

/** Settings of the functions that few need to touch; names, units and meanings as in the README's table. */
export const TUNING = [
  "compression",
  "compressionLevel",
  "maxConcurrentRequests",
  "requestTimeoutMs",
  "maxDecodedBytes",
  "metadataBudgetMs",
  "apiKeyTtlSeconds",
] as const satisfies readonly (keyof typeof ENV)[];

export type TuningProps = Readonly<Partial<Record<(typeof TUNING)[number], string | number>>>;

export function tuningEnvironment(tuning: TuningProps = {}): Record<string, string> {
  const text = (value: string | number) => (typeof value === "number" ? Tokenization.stringifyNumber(value) : value);
  const given = TUNING.flatMap((name) =>
    tuning[name] === undefined ? [] : [[ENV[name], text(tuning[name])] as const],
  );
  return Object.fromEntries(given);
}
