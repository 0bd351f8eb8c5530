import http from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../functions/clock.ts";
import { createPost } from "../../functions/intake/post.ts";
import { proxyAgent } from "../../functions/proxy-agent.ts";
import { createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { type ConnectProxy, type ProxyFault, startConnectProxy } from "../support/connect-proxy.ts";
import { callUntil, PAYLOAD } from "../support/sends.ts";

const HOST = "intake.example.test";

let recorder: Recorder;
let intake: RecorderServer;
let proxy: ConnectProxy;
beforeEach(async () => {
  recorder = createRecorder();
  intake = await serveRecorder(recorder, 0);
  proxy = await startConnectProxy();
  for (const port of [80, 443]) proxy.routes.set(`${HOST}:${port}`, intake.port);
});
afterEach(async () => {
  await Promise.all([intake.stop(), proxy.stop()]);
});

/** One attempt at an intake with or without TLS. */
function attempt(tls: boolean, noProxy?: string, timeoutMs = 5_000) {
  const settings = { [tls ? "HTTPS_PROXY" : "HTTP_PROXY"]: proxy.url, NO_PROXY: noProxy };
  const port = tls ? 443 : 80;
  const connections = { version: "0", maxConnections: 2, addsLogGroupTags: true };
  const post = createPost({ host: HOST, port, tls, proxy: settings, ...connections }, systemClock);
  return post(PAYLOAD, "key", timeoutMs, callUntil(0));
}

describe("an intake without TLS", () => {
  test("is sent to through the proxy of HTTP_PROXY", async () => {
    // The body is no JSON, so the intake refuses it: what matters is that it came there.
    expect(await attempt(false)).toEqual({ status: "rejected", reason: "http 400" });
    expect(proxy.asked).toEqual([`${HOST}:80`]);
    expect(recorder.summary().requests).toBe(1);
  });

  test("is not sent to through that of HTTPS_PROXY, nor through any if NO_PROXY names it", async () => {
    expect(await attempt(false, HOST)).toMatchObject({ reason: expect.stringMatching(/^connection E/) });
    expect(proxy.asked).toEqual([]);
  });

  test.each([407, 502, 503])("may be tried again after a proxy's %i", async (status) => {
    proxy.fault = { kind: "refuse", status };
    expect(await attempt(false)).toEqual({ status: "retryable", reason: `http ${status}`, retryAfterMs: undefined });
  });
});

describe("a tunnel", () => {
  const faults: [ProxyFault, string][] = [
    [{ kind: "refuse", status: 407 }, "proxy http 407"],
    [{ kind: "refuse", status: 403 }, "proxy http 403"],
    [{ kind: "refuse", status: 502 }, "proxy http 502"],
    [{ kind: "reset" }, "connection ERR_PROXY_TUNNEL"],
    [{ kind: "silent" }, "timeout"],
    [{ kind: "silentTunnel" }, "timeout"],
  ];
  test.each(faults)("that is not to be had is retryable: %j", async (fault, reason) => {
    proxy.fault = fault;
    expect(await attempt(true, undefined, 200)).toEqual({ status: "retryable", reason });
  });

  test("to a proxy that is not there is retryable", async () => {
    await proxy.stop();
    expect(await attempt(true)).toEqual({ status: "retryable", reason: "connection ECONNREFUSED" });
  });

  test("to a host that NO_PROXY names is not asked for", async () => {
    for (const noProxy of ["*", HOST, ".example.test", "*.example.test"]) {
      expect(await attempt(true, noProxy)).toMatchObject({ reason: expect.stringMatching(/^connection E/) });
    }
    expect(proxy.asked).toEqual([]);
  });
});

describe("an agent", () => {
  const CONNECT_MS = 100;
  const request = (agent: http.Agent, tls: boolean) =>
    new Promise<void>((resolve) => {
      const { request: begin } = tls ? process.getBuiltinModule("node:https") : http;
      const sent = begin({ agent, host: HOST, port: tls ? 443 : 80 }, (response) => {
        response.resume().on("end", resolve);
      });
      sent.on("error", () => resolve()).end();
    });

  test.each<ProxyFault["kind"]>(["silent", "silentTunnel"])(
    "frees the sockets of tunnels that never stand, whatever becomes of their requests: %s",
    async (kind) => {
      proxy.fault = { kind } as ProxyFault;
      const agent = proxyAgent(true, { HTTPS_PROXY: proxy.url }, {}, CONNECT_MS);
      for (let i = 0; i < 5; i++) void request(agent, true);
      await expect.poll(() => proxy.asked.length).toBe(5);
      expect(proxy.openSockets()).toBe(5);
      await expect.poll(proxy.openSockets, { timeout: 20_000 }).toBe(0);
    },
  );

  test("leaves alone what belongs to a request, and what is kept for the next", async () => {
    recorder.setFaults({ always: { kind: "delay", ms: 4 * CONNECT_MS } });
    const agent = proxyAgent(false, { HTTP_PROXY: proxy.url }, {}, CONNECT_MS);
    await request(agent, false);
    await setTimeout(2 * CONNECT_MS);
    await request(agent, false);
    expect(proxy.asked).toHaveLength(2);
    // One connection served both.
    expect(proxy.openSockets()).toBe(1);
    agent.destroy();
  });
});
