import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { LOG_HEADERS } from "./http-request.ts";

interface UrlRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes arrive in base64, text as it is: Lambda decides by the content type and encoding. */
  readonly body?: string | Uint8Array;
}

/** Payload format 2.0. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export function functionUrlEvent({
  method = "POST",
  path = "/api/v2/logs",
  headers,
  body,
}: UrlRequest): LambdaFunctionURLEvent {
  const host = "abcdefghij.lambda-url.eu-west-1.on.aws";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { host, ...LOG_HEADERS, ...headers },
    requestContext: {
      accountId: "anonymous",
      apiId: "abcdefghij",
      domainName: host,
      domainPrefix: "abcdefghij",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "test" },
      requestId: "5b0f2f3e-0000-4000-8000-000000000002",
      routeKey: "$default",
      stage: "$default",
      time: "22/Nov/2026:09:00:00 +0000",
      timeEpoch: 1_795_338_000_000,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : Buffer.from(body).toString("base64") }),
    isBase64Encoded: body !== undefined && typeof body !== "string",
  };
}

/** Sends a request to a function behind a URL. Fails if the function does. */
export async function requestUrl(behind: LocalFunction, request: UrlRequest) {
  const { outcome, stdout } = await behind.invoke(functionUrlEvent(request));
  if (outcome.status === "failed") throw new Error(`${outcome.error.name}: ${outcome.error.message}`);
  return { answer: outcome.value as LambdaFunctionURLResult, stdout };
}
