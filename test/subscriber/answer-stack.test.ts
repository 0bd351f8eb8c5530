import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { answerStack } from "../../functions/subscriber/answer-stack.ts";
import type { StackRequest } from "../../functions/subscriber/work.ts";
import { manualClock } from "../support/sends.ts";

interface Got {
  readonly method?: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Where CloudFormation waits: answers each request with the next of these codes, and then with 200. */
async function waiting(statuses: readonly number[]) {
  const got: Got[] = [];
  const server = http.createServer(async (request, response) => {
    got.push({ method: request.method, headers: request.headers, body: await text(request) });
    response.writeHead(statuses[got.length - 1] ?? 200).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/key?Signature=secret`;
  const request: StackRequest = {
    RequestType: "Create",
    ResponseURL: url,
    StackId: "arn:stack",
    RequestId: "r-1",
    LogicalResourceId: "Filters",
  };
  return { got, request };
}

const ANSWER = { status: "SUCCESS", reason: "r".repeat(5_000), physicalId: "a@rule" } as const;

test("CloudFormation gets the answer, as bytes of no content type: its URL is signed for none", async () => {
  const { got, request } = await waiting([]);
  await answerStack(manualClock())(request, ANSWER);
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({ method: "PUT" });
  expect(got[0]?.headers["content-type"]).toBeUndefined();
  expect(Number(got[0]?.headers["content-length"])).toBeLessThan(4_096);
  expect(JSON.parse(got[0]?.body ?? "")).toEqual({
    Status: "SUCCESS",
    Reason: "r".repeat(1_000),
    PhysicalResourceId: "a@rule",
    StackId: "arn:stack",
    RequestId: "r-1",
    LogicalResourceId: "Filters",
  });
});

test("it is told again if it does not take it at once", async () => {
  const { got, request } = await waiting([503, 500]);
  const clock = manualClock();
  await answerStack(clock)(request, ANSWER);
  expect(got).toHaveLength(3);
  expect(clock.nowMs).toBeGreaterThan(0);
});

test("and not for ever; the URL is in no error: whoever has it can answer", async () => {
  const { got, request } = await waiting([403, 403, 403, 403, 403, 403]);
  const failure = await answerStack(manualClock())(request, ANSWER).catch((error: Error) => error);
  expect(got).toHaveLength(5);
  expect(failure).toMatchObject({ name: "AnswerError", message: expect.stringContaining("(http 403)") });
  expect(String((failure as Error).stack)).not.toContain("Signature");
});
