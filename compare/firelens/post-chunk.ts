import http from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

export interface ChunkPost {
  readonly recorder: { readonly host: string; readonly port: number };
  readonly apiKey: string;
  /** One of https speaks TLS. */
  readonly agent: http.Agent;
  readonly compress: boolean;
  /** Undefined: waits without end. */
  readonly ioTimeoutMs?: number;
  readonly signal: AbortSignal;
}

const compressed = promisify(gzip);

/** Sends JSON as Fluent Bit's datadog output does. The answer's status; undefined if there was none. */
export async function postChunk(json: string, settings: ChunkPost): Promise<number | undefined> {
  const { recorder, apiKey, agent, compress, ioTimeoutMs, signal } = settings;
  const body = compress ? await compressed(json) : Buffer.from(json);
  const headers = {
    "content-length": body.length,
    "user-agent": "Fluent-Bit",
    "dd-api-key": apiKey,
    "dd-evp-origin": "Fluent-Bit",
    "content-type": "application/json",
    ...(compress && { "content-encoding": "gzip" }),
  };
  return new Promise((resolve) => {
    const post = agent instanceof https.Agent ? https.request : http.request;
    const request = post({ ...recorder, method: "POST", path: "/api/v2/logs", agent, headers, signal });
    if (ioTimeoutMs !== undefined) request.setTimeout(ioTimeoutMs, () => request.destroy());
    request.on("response", (response) => {
      response.resume().on("error", () => undefined);
      resolve(response.statusCode);
    });
    // No answer is one that is tried again; what happened is for the recorder to count.
    request.on("error", () => resolve(undefined));
    request.end(body);
  });
}
