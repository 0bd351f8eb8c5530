import { afterEach, beforeEach, expect, test } from "vitest";
import { endCommands, runCommand } from "../../support/command.ts";
import { KEYS } from "../../support/datadog-api/account.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";

let datadog: DatadogApi;
beforeEach(async () => {
  datadog = await startDatadogApi({ pageSize: 2 });
});
afterEach(async () => {
  await datadog.stop();
  await endCommands();
});

const index = (seqs: readonly number[]) => {
  for (const seq of seqs) {
    const timestamp = new Date().toISOString();
    const message = `run=0a1b seq=${seq} dueMs=1795600000000 INFO`;
    const attributes = { timestamp, service: "shop", status: "info", tags: [], message, attributes: {} };
    datadog.logs.add({ id: "AQ", type: "log", attributes });
  }
};
const readback = (...args: string[]) =>
  runCommand("tools/datadog/commands/cli.ts", ["readback", "--service", "shop", "--run", "0a1b", ...args], {
    environment: { ...datadog.environment(), PATH: process.env.PATH ?? "" },
  });

test("counts the lines that are there, over all pages: exit code 0 if it is all of them", async () => {
  index([0, 1, 2, 3, 4, 4]);
  const whole = await readback("--lines", "5", "--json");
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(whole.stdout)).toEqual({ written: 5, found: 5, duplicates: 1 });
  expect(await readback("--lines", "6")).toMatchObject({
    code: 1,
    stdout: "5 of 6 lines are in Datadog, 1 of them more than once.\n",
  });
  expect(datadog.requests).toHaveLength(6);
});

test("says what is wrong, and shows no key", async () => {
  expect(await readback()).toMatchObject({ code: 2, stderr: expect.stringContaining("--lines must be") });
  datadog.account.scopes = [];
  const { code, stderr } = await readback("--lines", "5");
  expect(code).toBe(1);
  expect(stderr).toContain("have the scope logs_read_data");
  expect(stderr).not.toContain(KEYS.appKey);
  expect(stderr).not.toContain("    at ");
});
