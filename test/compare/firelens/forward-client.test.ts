import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeMulti } from "@msgpack/msgpack";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ForwardClient, openForwardClient } from "../../../compare/firelens/forward-client.ts";

let folder: string;
let socketFile: string;
const ending: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forward-"));
  socketFile = join(folder, "s");
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true });
});

/** A router: what it read, and its connections. */
async function listen({ reads = true } = {}) {
  const chunks: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    if (reads) socket.on("data", (chunk) => chunks.push(chunk));
  });
  await new Promise<void>((resolve) => server.listen(socketFile, resolve));
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  ending.push(() => server.listening && stop());
  const logs = () =>
    [...decodeMulti(Buffer.concat(chunks))].map((message) => (message as [string, unknown, { log: string }])[2].log);
  return { logs, sockets, stop };
}

function open(bufferLimit?: number): ForwardClient {
  const container = { tag: "app-firelens-1", containerId: "1-2", containerName: "app", source: "stdout" } as const;
  const client = openForwardClient({ socketFile, container, ...(bufferLimit !== undefined && { bufferLimit }) });
  ending.push(client.close);
  return client;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

const LINES = Array.from({ length: 10_000 }, (_, i) => `line ${i}`);

test("hands over every line, in order, and a text with line ends is several lines", async () => {
  const router = await listen();
  const client = open();
  for (const line of LINES) client.send(line);
  client.send("first\n\nthird");
  await client.drain(10_000);
  expect(router.logs()).toEqual([...LINES, "first", "", "third"]);
  expect(client.dropped()).toBe(0);
});

test("one message a write, as the log driver has it: many at once would spare the router a tenth of its CPU", async () => {
  const writes = vi.spyOn(net.Socket.prototype, "write");
  ending.push(() => writes.mockRestore());
  const router = await listen();
  const client = open();
  for (const line of LINES.slice(0, 50)) client.send(line);
  await client.drain(10_000);
  expect(router.logs()).toHaveLength(50);
  const sent = writes.mock.calls.map(([bytes]) => [...decodeMulti(bytes as Uint8Array)].length);
  expect(sent).toEqual(new Array(50).fill(1));
});

test("connects when the router is there, and keeps lines until then", async () => {
  const client = open();
  client.send("early");
  await sleep(50);
  const router = await listen();
  await until(() => router.logs().length === 1);
  expect(router.logs()).toEqual(["early"]);
});

test("connects again after the router's end, and goes on with what is left", async () => {
  const first = await listen();
  const client = open();
  client.send("one");
  await until(() => first.logs().length === 1);
  await first.stop();
  client.send("two");
  const second = await listen();
  client.send("three");
  await until(() => second.logs().length === 2);
  expect(second.logs()).toEqual(["two", "three"]);
});

test("drops what comes when its buffer is full, and counts it in messages", async () => {
  const client = open(3);
  client.send("a\nb\nc\nd");
  client.send("e");
  expect(client.dropped()).toBe(2);
  const router = await listen();
  await client.drain(10_000);
  expect(router.logs()).toEqual(["a", "b", "c"]);
});

test("gives up what a router does not read within the limit of draining", async () => {
  const router = await listen({ reads: false });
  const client = open();
  client.send(LINES.join("\n"));
  client.send("x".repeat(4 << 20));
  await client.drain(100);
  // Only one that reads sees the other's end.
  for (const socket of router.sockets) socket.resume();
  await until(() => router.sockets.size === 0);
});

test("draining without a router ends at the limit, too", async () => {
  const client = open();
  client.send("lost");
  await client.drain(50);
});

test("a closed one neither connects nor sends", async () => {
  const client = open();
  client.close();
  client.send("late");
  const router = await listen();
  await sleep(50);
  expect(router.sockets.size).toBe(0);
  expect(router.logs()).toEqual([]);
});
