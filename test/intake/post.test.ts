import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../functions/clock.ts";
import { pack } from "../../functions/forwarder/stages/pack.ts";
import { createPost, parseRetryAfter } from "../../functions/intake/post.ts";
import type { IntakeRequest } from "../../functions/recorder/intake-contract.ts";
import { createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { compress, entry } from "../support/deliveries.ts";
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
  const intake = { ...intakeAt(server.port), version: "1.2.3" };
  const [payload = PAYLOAD] = pack([entry("hello")], compress, 1);
  const answer = await createPost(intake, systemClock)(payload, "key", 5_000, callUntil(0));
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

test("asks the intake for the log group's tags, unless it must not", async () => {
  for (const addsLogGroupTags of [true, false]) {
    const post = createPost({ ...intakeAt(server.port), addsLogGroupTags }, systemClock);
    await post(PAYLOAD, "key", 5_000, callUntil(0));
    expect(requests.at(-1)?.headers["dd-storage-tag"]).toBe(addsLogGroupTags ? "cloudwatch" : undefined);
  }
});

test.each(["gzip", "zstd"] as const)("says of a body in %s that it is", async (encoding) => {
  await createPost(intakeAt(server.port), systemClock)({ ...PAYLOAD, encoding }, "key", 5_000, callUntil(0));
  expect(requests[0]?.headers).toMatchObject({ "content-encoding": encoding, "content-length": "1" });
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

/** A peer that answers nothing by itself. */
async function withRawServer(onData: (socket: Socket, request: number) => void, work: (port: number) => Promise<void>) {
  let requests = 0;
  const raw = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => onData(socket, ++requests));
  });
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  try {
    await work((raw.address() as AddressInfo).port);
  } finally {
    raw.close();
  }
}

const intakeAt = (port: number) => ({
  host: "127.0.0.1",
  port,
  tls: false,
  version: "0",
  maxConnections: 1,
  addsLogGroupTags: true,
});

test("an answer that is none, such as 101, is retryable", async () => {
  const upgrade = (socket: Socket) =>
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
  await withRawServer(upgrade, async (port) => {
    const answer = await createPost(intakeAt(port), systemClock)(PAYLOAD, "key", 5_000, callUntil(0));
    expect(answer).toEqual({ status: "retryable", reason: "no answer" });
  });
});

test("a kept-alive connection that has been idle for long is not used again", async () => {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  };
  let nowMs = 0;
  await withRawServer(accept, async (port) => {
    const post = createPost(intakeAt(port), { now: () => nowMs, monotonicMs: () => nowMs });
    const send = () => post(PAYLOAD, "key", 5_000, callUntil(0));
    await send();
    nowMs += 19_000;
    await send();
    expect(sockets.size).toBe(1);
    nowMs += 21_000;
    await send();
    expect(sockets.size).toBe(2);
    for (const socket of sockets) socket.destroy();
  });
});

test("a reset long after the request began is no stale connection: it may have been taken", async () => {
  let nowMs = 0;
  const takeAndReset = (socket: Socket, request: number) => {
    if (request === 1) socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    else {
      nowMs += 2_000;
      socket.resetAndDestroy();
    }
  };
  await withRawServer(takeAndReset, async (port) => {
    const post = createPost(intakeAt(port), { now: () => nowMs, monotonicMs: () => nowMs });
    await post(PAYLOAD, "key", 5_000, callUntil(0));
    const answer = await post(PAYLOAD, "key", 5_000, callUntil(0));
    expect(answer).toEqual({ status: "retryable", reason: "connection ECONNRESET" });
  });
});
