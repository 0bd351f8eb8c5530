import type { DatadogAccess } from "../../access.ts";
import { createTransport, type TransportOptions } from "../../transport.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * One request to Datadog's API and the JSON of its answer, as it is. Datadog's client would read each object in a list into
 * its classes, and fail at all of them for one that somebody else made and that its classes do not know.
 * @throws DatadogApiError
 */
export type Ask = (
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  options?: { readonly query?: Readonly<Record<string, string>>; readonly body?: JsonObject },
) => Promise<unknown>;

export function askApi(access: DatadogAccess & { readonly appKey: string }, options: TransportOptions = {}): Ask {
  const send = createTransport(access, options);
  return async (method, path, { query = {}, body } = {}) => {
    const search = new URLSearchParams(query).toString();
    const { text } = await send({
      method,
      url: `${access.apiUrl}${path}${search === "" ? "" : `?${search}`}`,
      headers: {
        accept: "application/json",
        "dd-api-key": access.apiKey,
        "dd-application-key": access.appKey,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return text === "" ? undefined : JSON.parse(text);
  };
}
