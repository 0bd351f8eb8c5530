import { afterAll, beforeAll, expect, test } from "vitest";
import { FIGURES } from "../../compare/modelled.ts";
import { createRecorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";
import { BUNDLES } from "../support/bundle.ts";
import { deliveryOf, lines } from "../support/deliveries.ts";
import { readEmf } from "../support/emf.ts";

/** As CloudFormation makes it of the stack's and the construct's names. */
const FUNCTION_NAME = "sidecarless-forwarder-ForwarderFunction5A8D4A93-Q1w2E3r4T5y6";
/** A usual delivery: 29 lines of 200 bytes, written over some seconds (docs/costs.md). */
const EVENTS = 29;
const WRITTEN_MS_AGO = 12_000;

const recorder = createRecorder();
let server: RecorderServer;
let forwarder: LocalFunction;

beforeAll(async () => {
  server = await serveRecorder(recorder, 0);
  // As an intake somewhere else.
  recorder.setFaults({ always: { kind: "delay", ms: 50 } });
  const environment = {
    DD_API_KEY: "key",
    DD_URL: server.host,
    DD_PORT: String(server.port),
    DD_NO_SSL: "true",
  };
  forwarder = localFunction({
    functionName: FUNCTION_NAME,
    bundle: BUNDLES.forwarder,
    environment,
    timeoutMs: 30_000,
    memoryMb: 512,
  });
});
afterAll(async () => {
  await forwarder.kill();
  await server.stop();
});

/** What one invocation logs, as CloudWatch Logs counts it. With Lambda's log format JSON nothing comes besides. */
async function loggedBytes(): Promise<number> {
  const { stdout, stderr } = await forwarder.invoke(deliveryOf(lines(EVENTS, 200), Date.now() - WRITTEN_MS_AGO));
  expect(stderr).toBe("");
  const logged = stdout.split(/(?<=\n)/);
  expect(logged).toHaveLength(1);
  expect(readEmf(stdout.trimEnd()).fields).toMatchObject({ FunctionName: FUNCTION_NAME, Delivered: EVENTS });
  return Buffer.byteLength(stdout) + logged.length * EVENT_OVERHEAD_BYTES;
}

test("an ordinary invocation logs at most 450 bytes, which is what the cost model assumes", async () => {
  // A sandbox's first line says so, and its second may have to wait for a new connection.
  expect(await loggedBytes()).toBeLessThan(550);
  // A busy machine makes stages slow enough to be told: the shortest of some lines is the ordinary one.
  let bytes = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) bytes = Math.min(bytes, await loggedBytes());
  expect(bytes).toBeLessThanOrEqual(450);
  expect(Math.abs(bytes - FIGURES["cost.forwarderLogBytes"].value)).toBeLessThan(10);
});
