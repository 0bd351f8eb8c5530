import http from "node:http";
import { text } from "node:stream/consumers";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What a sender of logs has to send, whatever the key. */
export const LOG_HEADERS = { "content-type": "application/json", "dd-api-key": "some-key" } as const;

/** One request over a connection of its own. Rejects with the connection's error, which has a `code`. */
export function httpRequest(url: string, { method = "GET", headers, body, signal }: HttpRequest = {}) {
  return new Promise<HttpAnswer>((resolve, reject) => {
    const request = http.request(url, { method, headers: { ...headers }, signal, agent: false }, async (response) => {
      try {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Posts log entries where the intake takes them. `origin`: scheme, host and port. */
export const postLogs = (origin: string, entries: unknown, { headers, ...rest }: HttpRequest = {}) =>
  httpRequest(`${origin}/api/v2/logs`, {
    method: "POST",
    headers: { ...LOG_HEADERS, ...headers },
    body: JSON.stringify(entries),
    ...rest,
  });
