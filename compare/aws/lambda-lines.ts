/** What Lambda itself logs of an invocation, as text or, with the log format JSON, as JSON. */
export type LambdaLine =
  | { readonly kind: "start"; readonly requestId: string }
  | ({ readonly kind: "report"; readonly requestId: string } & LambdaReport);

export interface LambdaReport {
  /** Without init. */
  readonly durationMs: number;
  /** With init, or without: so it was before 2025-08. */
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Set if it started a sandbox. */
  readonly initMs?: number;
}

/** Undefined if it is no such line, or has not what every report has. */
export function readLambdaLine(message: string): LambdaLine | undefined {
  const start = START.exec(message)?.[1];
  if (start !== undefined) return { kind: "start", requestId: start };
  const report = REPORT.exec(message)?.[1];
  if (report !== undefined) return readTextReport(report, message);
  return message.startsWith('{"time":') ? readJson(message) : undefined;
}

const START = /^START RequestId: (\S+)/;
const REPORT = /^REPORT RequestId: (\S+)/;
/**
 * Tabs part the fields; more may follow, such as `Status: timeout` or the trace's id.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (2026-11)
 */
const FIELD = /(?<=\s)((?:[A-Z]\w* )*[A-Z]\w*): (\d+(?:\.\d+)?) (?:ms|MB)(?=\s|$)/g;

function readTextReport(requestId: string, message: string): LambdaLine | undefined {
  const fields = new Map([...message.matchAll(FIELD)].map(([, name, value]) => [name, Number(value)]));
  return reportOf(requestId, {
    durationMs: fields.get("Duration"),
    billedMs: fields.get("Billed Duration"),
    memoryMb: fields.get("Memory Size"),
    maxMemoryMb: fields.get("Max Memory Used"),
    initMs: fields.get("Init Duration"),
  });
}

/**
 * `{"time":…,"type":"platform.report","record":{"requestId":…,"metrics":{…},"status":"success"}}`
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html (2026-11)
 */
function readJson(message: string): LambdaLine | undefined {
  const { type, record } = (jsonObject(message) ?? {}) as { type?: unknown; record?: unknown };
  const { requestId, metrics } = (record ?? {}) as { requestId?: unknown; metrics?: unknown };
  if (typeof requestId !== "string") return undefined;
  if (type === "platform.start") return { kind: "start", requestId };
  if (type !== "platform.report") return undefined;
  const told = (metrics ?? {}) as Record<string, unknown>;
  const number = (name: string) => (typeof told[name] === "number" ? told[name] : undefined);
  return reportOf(requestId, {
    durationMs: number("durationMs"),
    billedMs: number("billedDurationMs"),
    memoryMb: number("memorySizeMB"),
    maxMemoryMb: number("maxMemoryUsedMB"),
    initMs: number("initDurationMs"),
  });
}

type Told = Readonly<Record<keyof LambdaReport, number | undefined>>;

function reportOf(requestId: string, told: Told): LambdaLine | undefined {
  const { durationMs, billedMs, memoryMb, maxMemoryMb, initMs } = told;
  if (durationMs === undefined || billedMs === undefined || memoryMb === undefined || maxMemoryMb === undefined) {
    return undefined;
  }
  const init = initMs !== undefined && { initMs };
  return { kind: "report", requestId, durationMs, billedMs, memoryMb, maxMemoryMb, ...init };
}

/** Undefined if the text is no JSON, or of something else than an object. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
