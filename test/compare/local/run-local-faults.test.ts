import { expect, test } from "vitest";
import { ids, lost, newFolder, recordIn, startModelled } from "../../support/local-run.ts";

test("through every kind of fault, the Lambda path loses nothing", async () => {
  const folder = await newFolder();
  const { code } = await startModelled(folder, "--phases", "outage-60s,silent-intake,throttled,killed", "--tail", "15")
    .ended;
  expect(code).toBe(0);
  const result = await recordIn(folder);
  expect(ids(result.phases)).toEqual(["outage-60s", "silent-intake", "throttled", "killed"]);
  for (const { id } of result.phases) expect([id, lost(result, id, "lambda")]).toEqual([id, 0]);
}, 90_000);
