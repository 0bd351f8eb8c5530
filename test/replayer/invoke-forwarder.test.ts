import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { forwarderInvoker } from "../../functions/replayer/invoke-forwarder.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";

/** Lambda's API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
let lambda: http.Server;
let answer: { status?: number; headers?: Record<string, string>; body: string } | "hang";
const requests: { readonly path: string; readonly event: unknown; readonly type: unknown }[] = [];

beforeAll(async () => {
  lambda = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url = "", headers } = request;
    const event: unknown = JSON.parse(Buffer.concat(chunks).toString());
    requests.push({ path: decodeURIComponent(url), event, type: headers["x-amz-invocation-type"] });
    if (answer === "hang") return;
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => lambda.listen(0, "127.0.0.1", resolve));
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  lambda.close();
  lambda.closeAllConnections();
});

const FAILED = { "x-amz-function-error": "Unhandled" };
const json = JSON.stringify;

test("the forwarder is invoked with the event as it was, and waited for", async () => {
  answer = { body: json({ received: 3, delivered: 3 }) };
  const event = { awslogs: { data: "H4sI" } };
  expect(await forwarderInvoker("the-forwarder")(event, 5_000.25)).toEqual({ status: "taken" });
  const [request] = requests;
  expect(request).toMatchObject({ path: "/2015-03-31/functions/the-forwarder/invocations", event });
  // Never "Event": Lambda would keep a copy, try again, and write another object if it fails.
  expect(request?.type ?? "RequestResponse").toBe("RequestResponse");
});

test.each([
  ["a batch that is taken", { body: json({ batchItemFailures: [] }) }, { status: "taken" }],
  [
    "a batch that is handed back",
    { body: json({ batchItemFailures: [{ itemIdentifier: "1" }] }) },
    { status: "failed", reason: "handed back", isWell: true },
  ],
  [
    "neither intake nor store",
    { headers: FAILED, body: json({ errorType: "HandedBackError", errorMessage: "secret" }) },
    { status: "failed", reason: "forwarder HandedBackError", isWell: true },
  ],
  [
    "a wrong setting",
    { headers: FAILED, body: json({ errorType: "ConfigError" }) },
    { status: "failed", reason: "forwarder ConfigError", isWell: true },
  ],
  [
    "a time-out",
    { headers: FAILED, body: json({ errorType: "Sandbox.Timedout" }) },
    { status: "failed", reason: "forwarder Sandbox.Timedout", isWell: false },
  ],
  [
    "an error without a name",
    { headers: FAILED, body: "<html>" },
    { status: "failed", reason: "forwarder unknown error", isWell: false },
  ],
  [
    "too many at once",
    {
      status: 429,
      headers: { "x-amzn-errortype": "TooManyRequestsException" },
      body: json({ Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" }),
    },
    { status: "not invoked", reason: "lambda TooManyRequestsException" },
  ],
  [
    "no right",
    { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: "{}" },
    { status: "not invoked", reason: "lambda AccessDeniedException" },
  ],
] as const)("%s", async (_what, given, expected) => {
  answer = given;
  const before = requests.length;
  expect(await forwarderInvoker("f")({}, 5_000)).toEqual(expected);
  // Once: a second attempt could deliver twice.
  expect(requests.length - before).toBe(1);
});

test("an answer that does not come in time", async () => {
  answer = "hang";
  expect(await forwarderInvoker("f")({}, 50)).toMatchObject({ status: "not invoked" });
});
