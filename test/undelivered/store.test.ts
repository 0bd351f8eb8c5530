import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import { s3Store } from "../../functions/undelivered/store.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { quickClock } from "../support/forwarder.ts";
import { replayerOf } from "../support/replayer.ts";

/** What S3 answers that emulators do not. */
let server: http.Server;
let answerTo: (request: { readonly method: string; readonly path: string; readonly body: string }) => Answer;

interface Answer {
  readonly status: number;
  readonly body?: string;
}

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url: path = "" } = request;
    const { status, body } = answerTo({ method, path, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
});

const store = () => s3Store("store", true);
const error = (status: number, code: string): Answer => ({ status, body: `<Error><Code>${code}</Code></Error>` });
const object = { key: "replayer/lock.json", body: "{}", contentType: "application/json", metadata: {} } as const;

describe("removing many at once", () => {
  test("tells which are still there, and why: S3 answers 200 all the same", async () => {
    const bodies: string[] = [];
    answerTo = ({ body }) => {
      bodies.push(body);
      const refused = "<Error><Key>b &amp; c</Key><Code>AccessDenied</Code><Message>no</Message></Error>";
      return { status: 200, body: `<DeleteResult>${refused}</DeleteResult>` };
    };
    const errors = await store().removeAll(["a", "b & c"], 5_000);
    expect([...errors].map(([key, { reason }]) => [key, reason])).toEqual([["b & c", "s3 AccessDenied"]]);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain("<Key>a</Key>");
    expect(bodies[0]).toContain("<Quiet>true</Quiet>");
  });

  test("that is refused as a whole is an error", async () => {
    answerTo = () => error(403, "AccessDenied");
    await expect(store().removeAll(["a"], 5_000)).rejects.toMatchObject({
      name: "StoreError",
      reason: "s3 AccessDenied",
    });
  });
});

describe("a write on condition", () => {
  test.each([
    ["it is there already, or has other content", 412, "PreconditionFailed"],
    ["somebody else is writing it", 409, "ConditionalRequestConflict"],
    ["it is gone", 404, "NoSuchKey"],
  ])("is not done when %s", async (_what, status, code) => {
    answerTo = () => error(status, code);
    expect(await store().writeIf(object, { etag: '"e"' }, 5_000)).toBeUndefined();
  });

  test("that fails otherwise is an error", async () => {
    answerTo = () => error(403, "AccessDenied");
    await expect(store().writeIf(object, "absent", 5_000)).rejects.toMatchObject({ reason: "s3 AccessDenied" });
  });
});

describe("a run of the replayer", () => {
  const listing = "<ListBucketResult><CommonPrefixes><Prefix>undelivered/</Prefix></CommonPrefixes></ListBucketResult>";
  const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
  const environment = { DD_API_KEY: "key", DD_URL: "127.0.0.1", DD_PORT: "9", DD_S3_BUCKET_NAME: "store" };
  let requests: string[];
  beforeEach(() => {
    requests = [];
  });
  const run = (onLock: Answer) => {
    answerTo = ({ method, path }) => {
      requests.push(`${method} ${path}`);
      if (path.includes("delimiter")) return { status: 200, body: listing };
      if (path.includes("list-type")) return { status: 200, body: empty };
      return method === "PUT" && path.includes("lock.json") ? onLock : error(404, "NoSuchKey");
    };
    return replayAlone(replayerOf(environment, { store: store() }), quickClock.monotonicMs() + 60_000, "run");
  };
  const drained = () => requests.some((request) => request.includes("prefix=undelivered"));

  test("goes on in a bucket that knows no conditions: then only the schedule keeps runs apart", async () => {
    const { failure } = await run(error(501, "NotImplemented"));
    expect([failure, drained()]).toEqual([undefined, true]);
  });

  test("does nothing, and fails, when it may not write its lock: another could be under way", async () => {
    const { report, failure } = await run(error(403, "AccessDenied"));
    expect(failure).toMatchObject({ reason: "s3 AccessDenied" });
    expect(report).toMatchObject({ stoppedBy: "s3 AccessDenied", requests: 0 });
    expect(drained()).toBe(false);
  });
});
