import type { client } from "@datadog/datadog-api-client";
import type { DatadogAccess } from "./access.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/**
 * Datadog's own client, ready to use:
 *
 *     const { v1, configuration } = await openDatadogApi(access, { signal });
 *     const monitors = await new v1.MonitorsApi(configuration).listMonitors();
 *
 * Retries, limits and errors are those of `transport.ts`: every call throws a `DatadogApiError`, or the reason of the signal.
 * Each operation that is called has a row in `operations.ts`.
 */
export interface DatadogApi {
  readonly v1: typeof import("@datadog/datadog-api-client")["v1"];
  readonly v2: typeof import("@datadog/datadog-api-client")["v2"];
  readonly configuration: client.Configuration;
  readonly access: DatadogAccess;
}

/** The client is loaded here and not before: that takes more than half a second. */
export async function openDatadogApi(access: DatadogAccess, options: TransportOptions = {}): Promise<DatadogApi> {
  const { client: Client, v1, v2 } = await import("@datadog/datadog-api-client");
  const send = createTransport(access, options);
  const configuration = Client.createConfiguration({
    // Named even if there is none: the client would look into the environment itself.
    authMethods: { apiKeyAuth: access.apiKey, appKeyAuth: access.appKey ?? "" },
    baseServer: new Client.BaseServerConfiguration(access.apiUrl, {}),
    httpApi: {
      async send(request) {
        const { status, headers, text } = await send({
          method: request.getHttpMethod(),
          url: request.getUrl(),
          headers: request.getHeaders(),
          body: request.getBody() as string | undefined,
        });
        const body = { text: async () => text, binary: async () => Buffer.from(text) };
        return new Client.ResponseContext(status, { ...headers }, body);
      },
    },
  });
  return { v1, v2, configuration, access };
}
