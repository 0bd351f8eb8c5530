import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RecorderSettings } from "../../../functions/recorder/record.ts";
import { comparable, recordingOf, withRecording } from "../../../tools/docs/recording.ts";
import { type Command, endCommands, runCommand, startCommand } from "../../support/command.ts";
import { API_KEY, type Intake, startIntake } from "../../support/forwarder.ts";

const SCRIPT = "tools/start/start.ts";
const LINES = ["eins", "größe", "支払い 🎉", '{"msg":"four"}'];
const TEXT = `${LINES[0]}\n\n${LINES[1]}\r\n${LINES[2]}\n\r\n\n${LINES[3]}`;

let folder: string;
let file: string;
let intake: Intake | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
  file = join(folder, "app.log");
  await writeFile(file, TEXT);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await endCommands();
  await intake?.server.stop();
  intake = undefined;
});

/** Runs it with an intake of ours in the place of Datadog's. */
async function runToIntake(args: readonly string[], settings: RecorderSettings = {}, input = "") {
  intake = await startIntake(settings);
  const { environment, recorder } = intake;
  const ended = await runCommand(SCRIPT, ["--to", "datadog", ...args], { environment, input });
  expect(ended.stdout + ended.stderr).not.toContain(API_KEY);
  return { ...ended, entries: recorder.entries() };
}

describe("without options", () => {
  test("shows an outage, a replay and a new key on one screen, and every event is accounted for", async () => {
    const command = startCommand(SCRIPT, []);
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    // npm itself writes four lines before.
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const [, sum = ""] = stdout.replaceAll("\n", " ").match(/ (\d+ received = .*?);/) ?? [];
    const [received = 0, ...terms] = (sum.match(/\d+/g) ?? []).map(Number);
    expect(received).toBeGreaterThan(13_000);
    expect(terms.reduce((left, term) => left - term, received)).toBe(0);
    expect(sum).toContain(" + 20 filtered + ");
    const undelivered = Number(/(\d+) undelivered = (\d+) replayed \+ 0 still in the store/.exec(stdout)?.[1]);
    expect(undelivered).toBeGreaterThanOrEqual(2_000);
    expect(stdout).toContain(`The intake has ${received - 20} entries, each once = `);
    expect(stdout).toContain("1 request refused with 403; the new key was read, and all sent again");
    expect(stdout).toContain("Every event is accounted for.");
    expect(stdout).not.toContain("of-the-local-recorder");
    // If it changed on purpose: npm run docs:recording.
    const page = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    expect(comparable(withRecording(page, recordingOf(stdout)))).toBe(comparable(page));
    expect(command.isThere()).toBe(false);
  });

  test("shows each delivery and the first entries with --verbose", async () => {
    const { code, stdout } = await runCommand(SCRIPT, ["--verbose"]);
    expect(code).toBe(0);
    expect(stdout).toContain("…/orders-db/postgresql");
    expect(stdout).toContain("CloudWatch's own test message, not sent");
    expect(stdout).toMatch(/\(\d+ filtered\)/);
    expect(stdout).toContain(`"message": "{\\"level\\":\\"error\\",\\"msg\\":\\"order placed\\",\\"orderId\\":7000}"`);
  });

  test("by Ctrl-C ends the step under way, says what is accounted for, and exits 130", async () => {
    const command = startCommand(SCRIPT, []);
    await command.says("Deliveries arrive");
    command.signal("SIGINT");
    const { code, stdout } = await command.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("still in the store");
    expect(command.isThere()).toBe(false);
  });

  test("sends nothing elsewhere, whatever is set for the real intake", async () => {
    const environment = { DD_API_KEY: API_KEY, DD_URL: "intake.invalid", DD_SITE: "nowhere.invalid" };
    const { code, stdout } = await runCommand(SCRIPT, ["--file", file], { environment });
    expect(code).toBe(0);
    expect(stdout).not.toContain(API_KEY);
  });
});

describe("called", () => {
  test.each(["--help", "-h"])("with %s tells how it is used", async (option) => {
    const { code, stdout, stderr } = await runCommand(SCRIPT, [option]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["--file", "--log-group", "--log-stream", "--to", "Exit code"]) expect(stdout).toContain(name);
  });

  test.each([
    ["an unknown option", ["--flie", "app.log"], /Unknown option '--flie'/],
    ["a file without its option", ["app.log"], /Unexpected argument 'app\.log'/],
    ["an option without its value", ["--file"], /^--file needs a value\./],
    ["an unknown destination", ["--to", "elsewhere"], /--to must be recorder or datadog; it is "elsewhere"/],
    ["a destination that wants a key, and none", ["--to", "datadog", "--file", "-"], /needs .* DD_API_KEY/],
    ["samples for the real intake", ["--to", "datadog"], /--to datadog needs --file/],
    ["details of lines of one's own", ["--verbose", "--file", "-"], /--verbose is for the tour/],
    ["names for the samples", ["--log-group", "/ecs/x"], /go with --file/],
    [
      "a file that is not there",
      ["--file", "/nowhere/app.log"],
      /\/nowhere\/app\.log can't be read: there is no such file or folder\./,
    ],
    ["a folder as file", ["--file", tmpdir()], /can't be read: it is a folder\./],
  ])("with %s exits 2 and says what is wrong", async (_what, args, message) => {
    const { code, stdout, stderr } = await runCommand(SCRIPT, args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/\nSee npm start -- --help\.\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("with lines of one's own", () => {
  test("delivers all from a file, and says how many empty ones were left out", async () => {
    const { code, stdout, entries } = await runToIntake(["--file", file]);
    expect(entries.map(({ message }) => message)).toEqual(LINES);
    expect(stdout).toContain("3 empty lines left out");
    expect(stdout.replaceAll("\n", " ")).toContain(
      "All accounted for: 4 received = 4 delivered + 0 filtered + 0 sampled out + 0 joined to another + 0 undelivered + 0 rejected + 0 returned; 0 deliveries unreadable.",
    );
    expect(Math.max(...(stdout.split("{")[0] ?? "").split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(code).toBe(0);
  });

  test("delivers all from standard input", async () => {
    const { code, entries } = await runToIntake(["--file", "-"], {}, TEXT);
    expect(entries.map(({ message }) => message)).toEqual(LINES);
    expect(code).toBe(0);
  });

  test("delivers more than fits into one delivery, in order", async () => {
    const many = Array.from({ length: 25_000 }, (_, i) => `line ${i}`);
    const { code, stdout, entries } = await runToIntake(["--file", "-"], {}, many.join("\n"));
    // Requests of a delivery go out side by side; what has an order is their ids.
    const sorted = entries.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(sorted.map(({ message }) => message)).toEqual(many);
    expect(stdout).toContain("25000 received = 25000 delivered");
    expect(code).toBe(0);
  });

  test("shows the first entries as the intake saw them", async () => {
    const { stdout } = await runCommand(SCRIPT, ["--file", file]);
    expect(stdout).toContain("The recorder took 4 entries in 1 request, none of them twice");
    for (const line of LINES.slice(0, 3)) expect(stdout).toContain(`"message": "${line}"`);
  });

  test("an empty file is no error", async () => {
    const { code, stdout } = await runCommand(SCRIPT, ["--file", "-"]);
    expect(code).toBe(0);
    expect(stdout).toContain("All accounted for: 0 received");
  });

  test("sends them as from the log group and stream given", async () => {
    const names = ["--log-group", "/ecs/größe", "--log-stream", "web/nginx/fedcba9876543210fedcba9876543210"];
    const { entries } = await runToIntake(["--file", file, ...names]);
    expect(entries[0]).toMatchObject({
      aws: { awslogs: { logGroup: "/ecs/größe", logStream: "web/nginx/fedcba9876543210fedcba9876543210" } },
      ddtags: expect.stringContaining("container_name:nginx"),
    });
  });

  test("passes settings on", async () => {
    const environment = { DD_TAGS: "team:shop,tier:gold", DD_ENV: "staging", DD_SERVICE: "till", DD_SOURCE: "nodejs" };
    const { stdout } = await runCommand(SCRIPT, ["--file", file], { environment });
    expect(stdout).toMatch(/"ddtags": ".*env:staging,.*team:shop,tier:gold"/);
    expect(stdout).toContain('"service": "till"');
    expect(stdout).toContain('"ddsource": "nodejs"');
  });
});

describe("when logs are not delivered", () => {
  const REFUSING = { faults: { always: { kind: "status", status: 400 } } } as const;

  test("exits 1 and says that the delivery failed, and what Lambda would do", async () => {
    const { code, stdout, stderr } = await runToIntake(["--file", file], REFUSING);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^ +1 {2}failed, see below {2}\/ecs\/my-service$/m);
    expect(stdout).toMatch(
      /^Delivery 1 \(4 events\) failed\. HandedBackError: .* Lambda keeps the delivery and tries again\./m,
    );
    expect(stdout).not.toContain("All accounted for");
  });

  test("says how the intake answered", async () => {
    const { stdout } = await runToIntake(["--file", file], REFUSING);
    expect(stdout).toContain("http 400");
  });

  test("exits 1 with every setting that is wrong", async () => {
    const environment = { DD_COMPRESSION_LEVEL: "99", DD_MAX_WORKERS: "many" };
    const { code, stdout } = await runCommand(SCRIPT, ["--file", file], { environment });
    expect(code).toBe(1);
    expect(stdout).toContain("DD_COMPRESSION_LEVEL must be a whole number from 0 to 9; its value (length 2) is not.");
    expect(stdout).toContain("DD_MAX_WORKERS");
  });
});

describe("that is ended early", () => {
  const FIRST_ROW = "/ecs/my-service";
  const fromStdin = () => startCommand(SCRIPT, ["--file", "-"], { input: "open" });

  /** More lines than it will ever read. */
  const feed = ({ stdin }: Command) => {
    const text = "another line\n".repeat(5_000);
    Readable.from({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: text }) }) }).pipe(stdin);
  };

  test("by Ctrl-C finishes its delivery, prints the totals and exits 130", async () => {
    const command = fromStdin();
    feed(command);
    await command.says(FIRST_ROW);
    command.signal("SIGINT");
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining("Interrupted") });
    expect(stdout).toMatch(/^ +total +\d+/m);
    expect(stdout).toContain("All accounted for");
    expect(command.isThere()).toBe(false);
  });

  test("by Ctrl-C while it waits for input does the same", async () => {
    const command = fromStdin();
    command.stdin.write("line\n".repeat(10_001));
    await command.says(FIRST_ROW);
    command.signal("SIGINT");
    const { code, stdout } = await command.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^ +total +\d+/m);
  });

  test("by SIGTERM leaves no sandbox behind", async () => {
    const command = fromStdin();
    command.stdin.write("line\n".repeat(10_001));
    await command.says(FIRST_ROW);
    command.signal("SIGTERM");
    await command.ended;
    // Who outlives its parent counts as there until the system has taken notice of its end, a second or two.
    await expect.poll(command.isThere).toBe(false);
  });

  test("by a reader that has seen enough says nothing, but is no success", async () => {
    const command = fromStdin();
    feed(command);
    await command.says(FIRST_ROW);
    command.stdout.destroy();
    const { code, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    // Who outlives its parent counts as there until the system has taken notice of its end, a second or two.
    await expect.poll(command.isThere).toBe(false);
  });
});
