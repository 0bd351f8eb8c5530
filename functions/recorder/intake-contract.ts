import { promisify } from "node:util";
import zlib from "node:zlib";

/** A request to the intake, wherever it came in. Header names are in lower case. */
export interface IntakeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** When the headers were there, milliseconds since the epoch. */
  readonly headersAtMs?: number;
  /** When it had been read whole. @default when it has been unpacked and read */
  readonly arrivedAtMs?: number;
}

/** One log as it arrived: whatever the sender wrote. */
export type ArrivedEntry = Readonly<Record<string, unknown>>;

export type Verdict =
  | {
      readonly status: 202;
      readonly entries: readonly ArrivedEntry[];
      readonly rawBytes: number;
      readonly overLimit: boolean;
    }
  | { readonly status: 400 | 401 | 403 | 404 | 413; readonly error: string };

export interface ContractSettings {
  /** The only key that is right; without it, any is. */
  readonly apiKey?: string;
  /**
   * Takes requests over the documented number of entries and bytes, and says so (`overLimit`), as senders exist
   * that keep no limit. Otherwise the answer is 413.
   */
  readonly lenient: boolean;
  readonly limits: { readonly maxEntries: number; readonly maxBytes: number };
}

type Decoder = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["identity", async (body) => Buffer.from(body)],
  ["gzip", promisify(zlib.gunzip)],
  ["deflate", promisify(zlib.inflate)],
  ["zstd", promisify(zlib.zstdDecompress)],
]);

/** Far above any limit, so that even a lenient recorder can't be filled by one request. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;

/** What Datadog's intake would answer. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11) */
export async function judge(request: IntakeRequest, { apiKey, lenient, limits }: ContractSettings): Promise<Verdict> {
  if (request.method !== "POST" || request.path !== "/api/v2/logs") {
    return { status: 404, error: "the intake is POST /api/v2/logs" };
  }
  const key = request.headers["dd-api-key"];
  if (typeof key !== "string" || key === "") return { status: 401, error: "header DD-API-KEY is missing" };
  if (apiKey !== undefined && key !== apiKey) return { status: 403, error: "the API key is not the right one" };
  const contentType = request.headers["content-type"];
  if (typeof contentType !== "string" || !/^application\/json\b/i.test(contentType)) {
    return { status: 400, error: "Content-Type must be application/json" };
  }

  const raw = await decoded(request);
  if (typeof raw === "string") return { status: 400, error: raw };
  if (raw === undefined) return { status: 413, error: "far too large" };
  const tooManyBytes = raw.length > limits.maxBytes;
  if (tooManyBytes && !lenient) return { status: 413, error: `over ${limits.maxBytes} bytes uncompressed` };

  const entries = parsed(raw);
  if (typeof entries === "string") return { status: 400, error: entries };
  const tooManyEntries = entries.length > limits.maxEntries;
  if (tooManyEntries && !lenient) return { status: 413, error: `over ${limits.maxEntries} entries` };
  // One without fields only asks whether the intake is there, as Datadog's agent does.
  return {
    status: 202,
    entries: entries.filter(hasFields),
    rawBytes: raw.length,
    overLimit: tooManyBytes || tooManyEntries,
  };
}

/** The body without its encoding; what is wrong, if it can't be had; undefined if it would be far too large. */
async function decoded({ headers, body }: IntakeRequest): Promise<Buffer | string | undefined> {
  const encoding = String(headers["content-encoding"] ?? "identity").toLowerCase();
  const decode = DECODERS.get(encoding);
  if (!decode) return "Content-Encoding must be gzip, deflate, zstd or identity";
  try {
    return await decode(body, { maxOutputLength: MAX_DECODED_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return undefined;
    return `the body is not ${encoding}`;
  }
}

const hasFields = (entry: ArrivedEntry) => Object.keys(entry).length > 0;

function parsed(raw: Buffer): ArrivedEntry[] | string {
  let body: unknown;
  try {
    body = JSON.parse(raw.toString("utf8"));
  } catch {
    return "the body is not JSON";
  }
  const entries: unknown[] = Array.isArray(body) ? body : [body];
  const isObject = (entry: unknown): entry is ArrivedEntry =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry);
  return entries.every(isObject) ? entries : "every entry must be an object";
}
