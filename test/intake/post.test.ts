import { afterEach, beforeEach, expect, test } from "vitest";
import { pack } from "../../functions/forwarder/pack.ts";
import { createPost, parseRetryAfter } from "../../functions/intake/post.ts";
import type { IntakeRequest } from "../../functions/recorder/intake-contract.ts";
import { createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { entry } from "../support/deliveries.ts";
import { callUntil, PAYLOAD } from "../support/sends.ts";

let server: RecorderServer;
let requests: IntakeRequest[];

beforeEach(async () => {
  requests = [];
  const recorder = createRecorder();
  const kept: Recorder = {
    ...recorder,
    reply: (request, fault) => {
      requests.push(request);
      return recorder.reply(request, fault);
    },
  };
  server = await serveRecorder(kept, 0);
});
afterEach(() => server.stop());

test("sends what the intake's contract asks for, under the names of Datadog's forwarder", async () => {
  const intake = { host: server.host, port: server.port, tls: false, version: "1.2.3", maxConnections: 1 };
  const [payload = PAYLOAD] = pack([entry("hello")], 6);
  const answer = await createPost(intake, Date.now)(payload, "key", 5_000, callUntil(0));
  expect(answer).toEqual({ status: "delivered" });
  expect(requests[0]).toMatchObject({
    method: "POST",
    path: "/api/v2/logs",
    headers: {
      "dd-api-key": "key",
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": String(payload.body.length),
      "dd-evp-origin": "sidecarless",
      "dd-evp-origin-version": "1.2.3",
      "dd-storage-tag": "cloudwatch",
    },
  });
});

test.each([
  ["0", 0],
  [" 120 ", 120_000],
  ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
  ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  [undefined, undefined],
])("reads Retry-After %j as %j ms", (header, expected) => {
  expect(parseRetryAfter(header, Date.parse("2026-11-22T12:00:00Z"))).toBe(expected);
});
