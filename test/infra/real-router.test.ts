import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encode as msgpack } from "@msgpack/msgpack";
import { Stack } from "aws-cdk-lib";
import { ContainerImage, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, type TestContext, test } from "vitest";
import { CONTAINER, renderAgentConfig, TAG_PREFIX } from "../../compare/firelens/agent-config.ts";
import { findFluentBit } from "../../compare/firelens/find-fluent-bit.ts";
import { cutLine, messageEncoder, PIECE_BYTES, partialFields } from "../../compare/firelens/forward-message.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { FirelensToDatadog, type FirelensToDatadogProps } from "../../infra/constructs/firelens.ts";
import { containersOf } from "../support/containers.ts";
import { appAsDeployed } from "../support/templates.ts";

const found = await findFluentBit(process.env.FLUENT_BIT || undefined);
if (!found) {
  process.stdout.write("Skipped: there is no fluent-bit on PATH, and FLUENT_BIT does not say where one is.\n");
}

const API_KEY = "0123456789abcdef0123456789abcdef";
const TASK_ID = "0123456789abcdef0123456789abcdef";

/** The command of the router that the construct deploys. */
function deployedCommand(props: Partial<FirelensToDatadogProps>): string {
  const stack = new Stack(appAsDeployed(), "Stack");
  const taskDefinition = new FargateTaskDefinition(stack, "Task");
  const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
  const { logDriver } = new FirelensToDatadog(stack, "Firelens", {
    taskDefinition,
    apiKey: { secret },
    service: "shop",
    ...props,
  });
  taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("example/app:1"), logging: logDriver });
  return containersOf(stack).logrouter?.Command?.[2] ?? "";
}

/** That command with places on this machine, a real Fluent Bit, what the ECS agent would write, and a recorder. */
async function startRouter({ onTestFinished }: TestContext, props: Partial<FirelensToDatadogProps> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "router-"));
  const recorder = createRecorder({ apiKey: API_KEY, lenient: true });
  const server = await serveRecorder(recorder, 0);
  const socketFile = join(folder, "fluent.sock");
  const main = join(folder, "fluent-bit.conf");
  const [forwardPort = 0, healthPort = 0, httpPort = 0] = await freePorts(3);
  const serviceFile = join(folder, "service.conf");
  const places = { socketFile, forwardPort, healthPort, httpPort, bufferFolder: "", serviceFile };
  writeFileSync(main, renderAgentConfig({ profile: "hardened", taskId: TASK_ID, intake: server, places }));
  const command = deployedCommand(props)
    .replaceAll("/fluent-bit/", `${folder}/`)
    .replace("HTTP_Port 2020", `HTTP_Port ${httpPort}`)
    .replace("/entrypoint.sh", `${found?.file} -q -c ${main}`);
  const child = spawn("/bin/sh", ["-c", command], {
    // Its own group, so that it ends whole.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, apikey_0: API_KEY },
  });
  let problems = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    problems += text;
  });
  const ended = once(child, "close");
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-(child.pid as number), "SIGKILL");
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const socket = await connected(socketFile, () => {
    if (child.exitCode !== null) throw new Error(`The router ended at its start: ${problems}`);
  });
  const container = {
    tag: `${TAG_PREFIX}-${TASK_ID}`,
    containerId: `${TASK_ID}-2495160603`,
    containerName: CONTAINER,
    source: "stdout",
  } as const;
  const encode = messageEncoder(container);
  let lines = 0;
  return {
    write: (line: string) => {
      lines += 1;
      for (const message of encode(line, Date.now(), () => `piece-of-${lines}`)) socket.write(message);
    },
    /** A container's last words without a line end. To the log driver they are pieces, however short, and none the last. */
    writeWithoutEnd: (text: string) => {
      const { tag, containerId: container_id, containerName: container_name, source } = container;
      for (const [i, piece] of cutLine(text).entries()) {
        const record = { container_id, container_name, source, log: piece.toString("utf8") };
        const message = [
          tag,
          Math.floor(Date.now() / 1_000),
          { ...record, ...partialFields("last-words", i + 1, false) },
        ];
        socket.write(msgpack(message));
      }
    },
    /** The container ends, and ECS tells the router to stop at once. */
    stop: async () => {
      await new Promise<void>((resolve) => socket.end(resolve));
      child.kill("SIGTERM");
      const [code] = await ended;
      return code;
    },
    entries: () => recorder.entries().map((entry) => ({ ...entry })),
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function connected(socketFile: string, check: () => void): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect(socketFile);
    const isConnected = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    });
    if (isConnected) return socket;
    check();
    await sleep(20);
  }
}

describe.skipIf(!found).concurrent(`the deployed router, with Fluent Bit ${found?.version}`, () => {
  const messagesOf = (entries: readonly Record<string, unknown>[]) => entries.map(({ message }) => message);

  test("sends a line of 40 KB, which comes in pieces, as one entry, between its neighbours", async (context) => {
    const router = await startRouter(context);
    const line = JSON.stringify({ level: "info", text: "größe ".repeat(6_000) });
    expect(Buffer.byteLength(line)).toBeGreaterThan(40_000);
    for (const each of ["before", line, "after"]) router.write(each);
    expect(await router.stop()).toBe(0);
    expect(messagesOf(router.entries())).toEqual(["before", line, "after"]);
    expect(Object.keys(router.entries()[1] ?? {}).filter((name) => name.startsWith("partial"))).toEqual([]);
  });

  test("goes on with a line of over 800 KiB in another entry, so that an endless one does not take all memory", async (context) => {
    const router = await startRouter(context);
    router.write("x".repeat(50 * PIECE_BYTES + 5));
    await router.stop();
    expect(messagesOf(router.entries()).map((message) => String(message).length)).toEqual([50 * PIECE_BYTES, 5]);
  });

  test.for([
    ["short ones", 60],
    ["long ones", 40_000],
  ] as const)(
    "sends a container's last words without a line end, though it is told to stop at once: %s",
    async ([, length], context) => {
      const router = await startRouter(context);
      router.write("before");
      router.writeWithoutEnd("x".repeat(length));
      expect(await router.stop()).toBe(0);
      expect(messagesOf(router.entries())).toEqual(["before", "x".repeat(length)]);
    },
  );

  test("applies filters in their order, with parsers, after the pieces are joined", async (context) => {
    const router = await startRouter(context, {
      filters: [
        { name: "grep", exclude: "log ^GET /health" },
        { name: "parser", key_name: "log", parser: "access", reserve_data: true, preserve_key: true },
        { name: "modify", condition: "key_value_equals status 500", set: "level error" },
      ],
      parsers: [{ name: "access", format: "regex", regex: `^(?<verb>[A-Z]+) (?<path>[^ "']+) (?<status>\\d+)` }],
    });
    const long = `GET /${"a".repeat(40_000)} 500`;
    for (const line of ["GET /health 200", "POST /cart 201", long]) router.write(line);
    await router.stop();
    expect(router.entries()).toMatchObject([
      { message: "POST /cart 201", verb: "POST", path: "/cart", status: "201" },
      { message: long, verb: "GET", status: "500", level: "error" },
    ]);
    expect(router.entries()[0]).not.toHaveProperty("level");
  });

  test("joins lines by a multiline parser of one's own", async (context) => {
    const router = await startRouter(context, {
      filters: [{ name: "multiline", "multiline.key_content": "log", "multiline.parser": "trace" }],
      multilineParsers: [
        {
          name: "trace",
          flush_timeout: 500,
          rules: [
            { state: "start_state", regex: '/^"?[A-Z]\\w+Error/', next_state: "cont" },
            { state: "cont", regex: "/^\\s+at /", next_state: "cont" },
          ],
        },
      ],
    });
    for (const line of ['"TypeError: x', "  at a.js:1", "  at b.js:2", "plain"]) router.write(line);
    await router.stop();
    expect(messagesOf(router.entries()).toSorted()).toEqual(['"TypeError: x\n  at a.js:1\n  at b.js:2', "plain"]);
  });
});
