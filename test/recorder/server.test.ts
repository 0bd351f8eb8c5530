import { once } from "node:events";
import net from "node:net";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { createRecorder, type RecorderSettings } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { endCommands, runCommand, startCommand } from "../support/command.ts";
import { httpRequest, postLogs } from "../support/http-request.ts";

describe("a recorder as a server", () => {
  let server: RecorderServer | undefined;
  const serve = async (settings: RecorderSettings = {}) => {
    const recorder = createRecorder(settings);
    server = await serveRecorder(recorder, 0);
    return { recorder, server };
  };
  afterEach(() => server?.stop());

  test("takes logs on the port that it says", async () => {
    const { recorder, server } = await serve();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const answer = await postLogs(server.url, [{ id: "a", message: "größe" }]);
    expect(answer).toMatchObject({ status: 202, body: "{}", headers: { "content-type": "application/json" } });
    expect(recorder.entries()).toEqual([{ id: "a", message: "größe" }]);
  });

  test("needs no query, and is not confused by one", async () => {
    const { server } = await serve();
    const query = "?ddsource=nodejs";
    const { status } = await httpRequest(`${server.url}/recorder/summary${query}`);
    expect(status).toBe(200);
    const headers = { "content-type": "application/json", "dd-api-key": "key" };
    const posted = await httpRequest(`${server.url}/api/v2/logs${query}`, { method: "POST", headers, body: "[]" });
    expect(posted.status).toBe(202);
  });

  test("answers 413 to a body without end, even if it is lenient, and goes on", async () => {
    const { recorder, server } = await serve({ lenient: true });
    const body = Buffer.alloc(33 * 1024 * 1024, " ");
    expect((await postLogs(server.url, undefined, { body })).status).toBe(413);
    expect((await postLogs(server.url, [{ message: "x" }])).status).toBe(202);
    expect(recorder.summary().entries).toBe(1);
  });

  test("answers 503 while bodies under way take all the room, and takes what comes after them", async () => {
    const recorder = createRecorder();
    let refused = 0;
    const onNoRoom = () => {
      refused += 1;
    };
    server = await serveRecorder(recorder, 0, { maxBodiesBytes: 1_000, onNoRoom });
    const socket = net.connect(server.port, server.host);
    await once(socket, "connect");
    socket.write(`POST /api/v2/logs HTTP/1.1\r\nHost: intake\r\nContent-Length: 1000\r\n\r\n[${" ".repeat(900)}`);
    const url = server.url;
    const post = async () => (await postLogs(url, [{ message: "x".repeat(200) }])).status;
    await expect.poll(post).toBe(503);
    socket.resetAndDestroy();
    await expect.poll(post).toBe(202);
    expect(refused).toBeGreaterThan(0);
    expect(recorder.summary().answers["503"]).toBe(refused);
  });

  test("goes on after a peer that left in the middle of its request", async () => {
    const { recorder, server } = await serve();
    const socket = net.connect(server.port, server.host);
    await once(socket, "connect");
    socket.write("POST /api/v2/logs HTTP/1.1\r\nHost: intake\r\nContent-Length: 100\r\n\r\n[");
    // By the time it answers another, it has read what there is of the first.
    expect((await postLogs(server.url, [])).status).toBe(202);
    socket.resetAndDestroy();
    expect((await postLogs(server.url, [])).status).toBe(202);
    expect(recorder.summary().requests).toBe(2);
  });

  test("goes on after a peer that did not wait for its answer", async () => {
    const { recorder, server } = await serve({ faults: { sequence: [{ kind: "delay", ms: 50 }] } });
    const client = new AbortController();
    const left = expect(postLogs(server.url, [], { signal: client.signal })).rejects.toThrow();
    await expect.poll(() => recorder.summary().answers).toEqual({ 202: 1 });
    client.abort();
    await left;
    await setTimeout(100);
    expect((await postLogs(server.url, [])).status).toBe(202);
  });

  test("is controlled over HTTP, where no fault is met and none is used up", async () => {
    const { server } = await serve();
    const control = (method: string, name: string, body?: string) =>
      httpRequest(`${server.url}/recorder/${name}`, { method, body });
    const plan = JSON.stringify({ sequence: [{ kind: "status", status: 500 }, { kind: "reset" }] });
    expect((await control("PUT", "faults", plan)).status).toBe(200);
    expect((await control("GET", "summary")).status).toBe(200);
    expect((await control("GET", "entries")).status).toBe(200);
    expect((await postLogs(server.url, [])).status).toBe(500);
    expect((await control("DELETE", "entries")).status).toBe(200);
    await expect(postLogs(server.url, [])).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await postLogs(server.url, [])).status).toBe(202);
  });

  test("cuts requests that hang when it stops", async () => {
    const { recorder, server } = await serve({ faults: { always: { kind: "hang" } } });
    const cut = expect(postLogs(server.url, [])).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect.poll(() => recorder.summary().answers).toEqual({ hang: 1 });
    await server.stop();
    await cut;
  });

  test("refuses a port that is in use", async () => {
    const { server } = await serve();
    await expect(serveRecorder(createRecorder(), server.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("npm run recorder", () => {
  const SCRIPT = "functions/recorder/server.ts";
  afterEach(endCommands);

  const start = async (args: readonly string[] = [], environment: Record<string, string> = {}) => {
    const command = startCommand(SCRIPT, ["--port", "0", ...args], { environment });
    const said = await command.says("Ctrl-C");
    return { command, origin: said.match(/http:\/\/[^/\s]+/)?.[0] ?? "" };
  };

  test.each(["--help", "-h"])("%s tells how it is used", async (option) => {
    const { code, stdout, stderr } = await runCommand(SCRIPT, [option]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["--port", "--host", "--lenient", "--arrivals", "DD_API_KEY", "/recorder/faults"])
      expect(stdout).toContain(name);
  });

  test.each(["http", "70000", "80.5", "-1", ""])("refuses the port '%s'", async (port) => {
    // The address is nobody's, so that it ends in any case.
    const { code, stdout, stderr } = await runCommand(SCRIPT, [`--port=${port}`, "--host=203.0.113.1"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`recorder: --port must be 0 to 65535; it is "${port}". See --help.\n`);
  });

  test("refuses an option it does not know", async () => {
    const { code, stderr } = await runCommand(SCRIPT, ["--prot", "1"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^recorder: Unknown option '--prot'.* See --help\.\n$/);
  });

  test("says to choose another port if its own is in use", async () => {
    const { origin } = await start();
    const { code, stderr } = await runCommand(SCRIPT, ["--port", new URL(origin).port]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^recorder: .*in use.* Choose another with --port\. See --help\.\n$/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("prints the summary on %s and exits well", async (signal) => {
    const { command, origin } = await start();
    expect((await postLogs(origin, [{ id: "a" }, { id: "a" }])).status).toBe(202);
    command.signal(signal);
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [first, ...summary] = stdout.split("\n");
    expect(first).toBe(`recorder: ${origin}/api/v2/logs (Ctrl-C to end)`);
    expect(JSON.parse(summary.join("\n"))).toMatchObject({ requests: 1, entries: 2, duplicates: 1 });
  });

  test("ends though a request hangs", async () => {
    const { command, origin } = await start();
    await httpRequest(`${origin}/recorder/faults`, { method: "PUT", body: '{"always":{"kind":"hang"}}' });
    const cut = expect(postLogs(origin, [])).rejects.toMatchObject({ code: "ECONNRESET" });
    const hanging = async () => (await httpRequest(`${origin}/recorder/summary`)).body;
    await expect.poll(hanging).toContain('"hang":1');
    command.signal("SIGINT");
    expect((await command.ended).code).toBe(0);
    await cut;
  });

  test("takes only the key in DD_API_KEY, and never prints it", async () => {
    const key = "key-that-must-not-be-seen";
    const { command, origin } = await start([], { DD_API_KEY: key });
    expect((await postLogs(origin, [])).status).toBe(403);
    expect((await postLogs(origin, [], { headers: { "dd-api-key": key } })).status).toBe(202);
    command.signal("SIGINT");
    const { stdout, stderr } = await command.ended;
    expect(stdout + stderr).not.toContain(key);
  });

  test("keeps the limits, or with --lenient counts what is over them", async () => {
    const entries = Array(1_001).fill({});
    expect((await postLogs((await start()).origin, entries)).status).toBe(413);
    const { command, origin } = await start(["--lenient"]);
    expect((await postLogs(origin, entries)).status).toBe(202);
    command.signal("SIGINT");
    expect((await command.ended).stdout).toContain('"overLimit": 1');
  });

  test("with --arrivals writes a numbered line for each request that it takes, with no text and no key", async () => {
    const key = "key-that-must-not-be-seen";
    const { command, origin } = await start(["--arrivals"], { DD_API_KEY: key });
    const entries = [{ id: "a", timestamp: 1_795_366_123_000, message: "größe, text-that-must-not-be-seen" }];
    const body = gzipSync(JSON.stringify(entries));
    const headers = { "dd-api-key": key };
    const compressed = { headers: { ...headers, "content-encoding": "gzip" }, body };
    expect((await postLogs(origin, undefined, compressed)).status).toBe(202);
    expect((await postLogs(origin, entries)).status).toBe(403);
    expect(
      (await postLogs(origin, [{ log: "run=r1-firelens seq=7 dueMs=1795366123000 INFO" }], { headers })).status,
    ).toBe(202);
    expect((await httpRequest(`${origin}/recorder/entries`, { headers })).body).toBe("[]");
    command.signal("SIGTERM");
    const { stdout } = await command.ended;
    const records = stdout.split("\n").filter((line) => line.startsWith('{"arrival"'));
    const [first, second] = records.map((line) => JSON.parse(line));
    expect(records).toHaveLength(2);
    expect(first).toMatchObject({
      number: 1,
      arrival: {
        wireBytes: body.length,
        contentEncoding: "gzip",
        entries: [{ id: "a", timestamp: 1_795_366_123_000 }],
      },
    });
    expect(second).toMatchObject({
      number: 2,
      arrival: { entries: [{ marker: { run: "r1-firelens", seq: 7, dueMs: 1_795_366_123_000 } }] },
    });
    expect(stdout).not.toMatch(/must-not-be-seen/);
  });
});
