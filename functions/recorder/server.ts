import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { arrivalLines, troubleLine } from "./arrival-lines.ts";
import { CONTROL_PATH } from "./control.ts";
import type { Fault } from "./faults.ts";
import { watchLateness } from "./lateness.ts";
import { type Arrival, createRecorder, type Recorder } from "./record.ts";
import type { Reply } from "./reply.ts";

export interface RecorderServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Cuts open connections too, those that hang included. */
  readonly stop: () => Promise<void>;
}

/** Bodies beyond this are cut off with 413 before they are read whole. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface ServeOptions {
  readonly host?: string;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs?: number;
  /** What bodies take together until they are judged; beyond it the answer is 503. @default 256 MiB */
  readonly maxBodiesBytes?: number;
  /** Told of each request that got such a 503. */
  readonly onNoRoom?: () => void;
  /** Speaks TLS with this, PEM. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

/** Runs a recorder as an HTTP server. `port` 0: any free one. */
export async function serveRecorder(
  recorder: Recorder,
  port: number,
  {
    host = "127.0.0.1",
    keepAliveTimeoutMs = 60_000,
    maxBodiesBytes = 256 * 1024 * 1024,
    certificate,
    onNoRoom,
  }: ServeOptions = {},
): Promise<RecorderServer> {
  const room = { bytes: maxBodiesBytes, onNone: onNoRoom };
  const listener: http.RequestListener = (request, response) => {
    const isControl = request.url?.startsWith(CONTROL_PATH);
    const { socket } = request;
    answer(recorder, request, response, isControl ? undefined : recorder.nextFault(), room).catch(() => {
      // The peer went away while it was being answered: nobody is left to tell.
      socket.destroy();
    });
  };
  const server = certificate ? https.createServer(certificate, listener) : http.createServer(listener);
  server.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    host,
    port: address.port,
    url: `${certificate ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  recorder: Recorder,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  planned: Fault | undefined,
  room: { bytes: number; readonly onNone: (() => void) | undefined },
): Promise<void> {
  let fault = planned;
  const headersAtMs = Date.now();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The connection must outlive the reading, to be answered or reset.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (fault?.kind === "reset") break;
      chunks.push(chunk);
      size += chunk.length;
      room.bytes -= chunk.length;
      if (size > MAX_BODY_BYTES || room.bytes < 0) {
        const isTooLong = size > MAX_BODY_BYTES;
        fault = { kind: "status", status: isTooLong ? 413 : 503 };
        if (!isTooLong) room.onNone?.();
        response.setHeader("connection", "close");
        break;
      }
    }
    const arrivedAtMs = Date.now();
    const reply = await recorder.reply(
      {
        method: request.method ?? "",
        path: request.url?.split("?")[0] ?? "",
        headers: request.headers as Record<string, string | undefined>,
        body: Buffer.concat(chunks),
        headersAtMs,
        arrivedAtMs,
      },
      fault,
    );
    await send(reply, request, response);
  } finally {
    room.bytes += size;
  }
}

async function send(reply: Reply, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  if (reply.delayMs > 0) await setTimeout(reply.delayMs, undefined, { ref: false });
  if (reply.delivery === "hang") return;
  if (reply.delivery === "reset") request.socket.resetAndDestroy();
  else response.writeHead(reply.status, reply.headers).end(reply.body);
}

const HELP = `A stand-in for Datadog's log intake, for trying things out and for measuring.

Usage: npm run recorder -- [--port N] [--host ADDRESS] [--lenient] [--arrivals]

  --port N        port to listen on; 0 is any free one (default 8080)
  --host ADDRESS  address to listen on (default 127.0.0.1)
  --lenient       take requests over 1,000 entries or 5 MB, and count them,
                  instead of answering 413
  --arrivals      write a line of JSON for each request taken: when, how large,
                  which entries; keep no entry. And one if the recorder could
                  not keep up: requests refused, how late it was

If DD_API_KEY is set, only that key is right; otherwise any is. Send logs to
POST /api/v2/logs; see GET /recorder/summary and GET /recorder/entries; make it
fail with PUT /recorder/faults, for example {"probability": 0.2, "fault":
{"kind": "status", "status": 503}, "seed": 1}. Ctrl-C ends it and prints the
summary.
`;

function arrivalWriter(): (arrival: Arrival) => void {
  let number = 0;
  return (arrival) => {
    number += 1;
    process.stdout.write(
      arrivalLines(arrival, number)
        .map((line) => `${line}\n`)
        .join(""),
    );
  };
}

const WATCH_MS = 10_000;

/** Tells from time to time whether the recorder kept up; `refused` is called for each request that had no room. */
function watchItself() {
  const lateness = watchLateness();
  let refused = 0;
  lateness.start();
  setInterval(() => {
    const line = troubleLine({ atMs: Date.now(), refused, ...lateness.read() });
    if (line !== undefined) process.stdout.write(`${line}\n`);
    refused = 0;
    lateness.start();
  }, WATCH_MS).unref();
  return {
    refused: () => {
      refused += 1;
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      lenient: { type: "boolean", default: false },
      arrivals: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = /^\d+$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`--port must be 0 to 65535; it is "${values.port}"`);
  const recorder = createRecorder({
    apiKey: process.env.DD_API_KEY || undefined,
    lenient: values.lenient,
    ...(values.arrivals && { keepEntries: 0, onArrival: arrivalWriter() }),
  });
  const onNoRoom = values.arrivals ? watchItself().refused : undefined;
  const server = await serveRecorder(recorder, port, { host: values.host, onNoRoom });
  process.stdout.write(`recorder: ${server.url}/api/v2/logs (Ctrl-C to end)\n`);
  const end = async () => {
    await server.stop();
    process.stdout.write(`${JSON.stringify(recorder.summary(), null, 2)}\n`);
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

if (import.meta.main) {
  main().catch((error: Error & { code?: string }) => {
    const inUse = error.code === "EADDRINUSE" ? " Choose another with --port." : "";
    process.stderr.write(`recorder: ${error.message}.${inUse} See --help.\n`);
    process.exitCode = 2;
  });
}
