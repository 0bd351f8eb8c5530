import { FilterLogEventsCommand, type FilterLogEventsCommandOutput } from "@aws-sdk/client-cloudwatch-logs";
import { FATE_NAMES, FATES, type Fate } from "../../../../functions/records/fates.ts";
import { AwsCallError, asked } from "../../../aws-call.ts";
import type { Clients } from "./clients.ts";

/** What the forwarder said of itself since a moment: of every delivery, not of the marked log alone. */
export interface ForwarderLines {
  readonly reports: readonly InvocationLine[];
  /** Of invocations that failed, such as `ConfigError: …`. Its own lines never hold a log or a key. */
  readonly failures: readonly string[];
  /** Why they can't be read. */
  readonly refused?: string;
}

export interface InvocationLine {
  readonly received: number;
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
  /** Why events were not delivered, and how many. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Some are empty: CloudWatch Logs gives a page after so much searching, not after so much found. */
const MAX_PAGES = 20;

/** Reads them again each time: there are few. */
export async function readForwarderLines(
  { logs }: Clients,
  logGroupName: string,
  sinceMs: number,
  abortSignal: AbortSignal,
): Promise<ForwarderLines> {
  const lines: string[] = [];
  try {
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const command = new FilterLogEventsCommand({ logGroupName, startTime: sinceMs, nextToken });
      const found: FilterLogEventsCommandOutput = await asked(
        "logs:FilterLogEvents",
        logs.send(command, { abortSignal }),
      );
      lines.push(...(found.events ?? []).map(({ message = "" }) => message.trim()));
      nextToken = found.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    // It is made with the first line that is written.
    const isNotThere = (error.cause as Error | undefined)?.name === "ResourceNotFoundException";
    return { reports: [], failures: [], ...(!isNotThere && { refused: error.message }) };
  }
  return linesSay(lines);
}

/** What lines of a function's log tell, whatever others are among them. */
export const linesSay = (lines: readonly string[]): ForwarderLines => ({
  reports: lines.flatMap((line) => reportIn(line) ?? []),
  failures: [...new Set(lines.flatMap((line) => failureIn(line) ?? []))],
});

function reportIn(line: string): InvocationLine | undefined {
  const fields = jsonIn(line);
  if (fields === undefined || typeof fields.Received !== "number") return undefined;
  const fates = FATE_NAMES.flatMap((fate) => {
    const count = fields[FATES[fate].metric];
    return typeof count === "number" && count > 0 ? [[fate, count] as const] : [];
  });
  return {
    received: fields.Received,
    fates: Object.fromEntries(fates),
    reasons: (fields.reasons ?? {}) as InvocationLine["reasons"],
  };
}

const MAX_FAILURE_LENGTH = 300;

/**
 * Of either log format: a line of JSON with `errorType`, one that has such JSON behind `Invoke Error`, an error as Node prints
 * it, or Lambda's own words. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (2026-11)
 */
function failureIn(line: string): string | undefined {
  const fields = jsonIn(line) ?? jsonIn(line.slice(Math.max(0, line.indexOf("{"))));
  const inner = typeof fields?.message === "object" ? fields.message : {};
  const { errorType, errorMessage } = { ...fields, ...inner } as Record<string, unknown>;
  const text = typeof errorType === "string" ? `${errorType}: ${String(errorMessage ?? "")}` : PRINTED.exec(line)?.[0];
  if (text !== undefined) return text.replace(/\s+/g, " ").trim().slice(0, MAX_FAILURE_LENGTH);
  return /Task timed out after [\d.]+ seconds|Runtime exited[^"]{0,60}|Runtime\.\w+/.exec(line)?.[0];
}

/** Up to its stack. */
const PRINTED = /^\w*Error: (?:(?!\n {4}at )[\s\S])*/;

function jsonIn(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
