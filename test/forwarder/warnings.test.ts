import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createRecorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";
import { BUNDLES } from "../support/bundle.ts";
import { deliveryOf } from "../support/deliveries.ts";
import { readEmf } from "../support/emf.ts";

const JSON_CONSOLE = new URL("../fixtures/json-console.mjs", import.meta.url).href;

let server: RecorderServer;
let started: LocalFunction;
beforeAll(async () => {
  server = await serveRecorder(createRecorder(), 0);
});
afterAll(() => server.stop());
afterEach(() => started.kill());

function start(name: keyof typeof BUNDLES, settings: Record<string, string>, nodeOptions: string[] = []) {
  const intake = { DD_API_KEY: "key", DD_URL: server.host, DD_PORT: String(server.port), DD_NO_SSL: "true" };
  started = localFunction({
    functionName: name,
    bundle: BUNDLES[name],
    environment: { ...intake, ...settings },
    timeoutMs: 30_000,
    memoryMb: 512,
    nodeOptions,
  });
  return started;
}

const UNREAD = { DD_FORWARD_LOG: "false", SIDECARLESS_ECS_CLUSTERS: "prod", DD_USE_COMPRESSION: "true" };

test.each(["forwarder", "replayer"] as const)(
  "the %s tells of settings without effect once in a sandbox",
  async (name) => {
    const fn = start(name, UNREAD);
    const { stderr } = await fn.invoke(name === "forwarder" ? deliveryOf(["x"]) : {});
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^DD_FORWARD_LOG has no effect here\. .+\.$/),
      "SIDECARLESS_ECS_CLUSTERS is no setting, and has no effect. Did you mean SIDECARLESS_ECS_CLUSTER?",
    ]);
    expect((await fn.invoke(name === "forwarder" ? deliveryOf(["x"]) : {})).stderr).toBe("");
  },
);

test("with Lambda's log format JSON every line is an object: warnings have a level, and reports stay what they are", async () => {
  const { stdout, stderr } = await start("forwarder", UNREAD, ["--import", JSON_CONSOLE]).invoke(deliveryOf(["x"]));
  expect(stderr).toBe("");
  const [first = "", second = "", report = "", ...others] = stdout.trimEnd().split("\n");
  expect(others).toEqual([]);
  for (const line of [first, second]) expect(JSON.parse(line)).toMatchObject({ level: "WARN" });
  expect(readEmf(report).metrics.get("Delivered")?.values).toEqual([1]);
});
