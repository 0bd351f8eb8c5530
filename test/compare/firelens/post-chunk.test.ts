import http from "node:http";
import { afterEach, expect, test } from "vitest";
import { type ChunkPost, postChunk } from "../../../compare/firelens/post-chunk.ts";
import { createRecorder, type RecorderSettings } from "../../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../../functions/recorder/server.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
const agent = new http.Agent();
let server: RecorderServer | undefined;
afterEach(() => server?.stop());

async function post(recorderSettings: RecorderSettings, settings: Partial<ChunkPost> = {}) {
  const encodings: string[] = [];
  const onArrival = ({ contentEncoding }: { contentEncoding: string }) => encodings.push(contentEncoding);
  const recorder = createRecorder({ apiKey: API_KEY, onArrival, ...recorderSettings });
  server = await serveRecorder(recorder, 0);
  const { signal } = new AbortController();
  const all = { recorder: server, apiKey: API_KEY, agent, compress: false, signal, ...settings };
  return { status: await postChunk('[{"message":"a"}]', all), encodings, entries: recorder.entries() };
}

test.each([
  [false, "identity"],
  [true, "gzip"],
])("with compression %s, the intake takes it as %s", async (compress, encoding) => {
  expect(await post({}, { compress })).toEqual({ status: 202, encodings: [encoding], entries: [{ message: "a" }] });
});

test("an answer that refuses it is told", async () => {
  expect(await post({}, { apiKey: "another" })).toMatchObject({ status: 403 });
});

test("no answer within the time limit is none, and so is a reset", async () => {
  expect(await post({ faults: { always: { kind: "hang" } } }, { ioTimeoutMs: 50 })).toMatchObject({
    status: undefined,
  });
  await server?.stop();
  expect(await post({ faults: { always: { kind: "reset" } } })).toMatchObject({ status: undefined });
});

test("without a time limit it waits until it is ended", async () => {
  const signal = AbortSignal.timeout(100);
  expect(await post({ faults: { always: { kind: "hang" } } }, { signal })).toMatchObject({ status: undefined });
});
