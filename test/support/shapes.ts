import { gzipSync } from "node:zlib";
import { STREAM } from "./deliveries.ts";

const ID = "3".repeat(56);

/** The events of a delivery of about so many bytes. */
export const SHAPES: Readonly<Record<string, (bytes: number) => string>> = {
  "lines of 1 KB": (bytes) => repeated(event("x".repeat(1_000)), bytes),
  "lines of 150 B": (bytes) => repeated(event("y".repeat(150)), bytes),
  "empty lines, shortest events": (bytes) => repeated('{"id":"","timestamp":0,"message":""}', bytes),
  "one line of the whole": (bytes) => event("z".repeat(bytes - 1_000)),
  "Japanese lines": (bytes) => repeated(event("ログを送る".repeat(30)), bytes),
  "an emoji in each line": (bytes) => repeated(event(`${"a".repeat(200)}🎉`), bytes),
  "one → in ASCII": (bytes) => `${event("→")},${repeated(event("b".repeat(1_000)), bytes - 200)}`,
  "escapes, and a secret in each line": (bytes) =>
    repeated(event('{\\"mail\\":\\"a@example.com\\",\\"n\\":1}'.repeat(4)), bytes),
};

const event = (message: string) => `{"id":"${ID}","timestamp":${Date.now()},"message":"${message}"}`;
const repeated = (text: string, bytes: number) =>
  Array.from({ length: Math.floor(bytes / (Buffer.byteLength(text) + 1)) }, () => text).join(",");

/** A delivery of about so many bytes of JSON, in one of the shapes. */
export function deliveryOfBytes(shape: (bytes: number) => string, bytes: number) {
  const head = `{"messageType":"DATA_MESSAGE","owner":"${STREAM.account}","logGroup":"${STREAM.logGroup}","logStream":"${STREAM.logStream}","subscriptionFilters":["f"],"logEvents":[`;
  const json = `${head}${shape(bytes - 1_000)}]}`;
  return { awslogs: { data: gzipSync(json, { level: 1 }).toString("base64") } };
}
