import { expect, test } from "vitest";
import { exitCodeOf, ids, lost, newFolder, recordIn, startModelled } from "../../support/local-run.ts";

const FAULTS = ["outage-60s", "silent-intake", "throttled", "killed", "host-lost"];

test("through every kind of fault, the Lambda path loses nothing but what is in the log driver of a host that dies", async () => {
  const folder = await newFolder();
  const { code } = await startModelled(folder, "--phases", FAULTS.join(), "--paths", "lambda,firelens", "--tail", "15")
    .ended;
  const result = await recordIn(folder);
  expect(code).toBe(exitCodeOf(result));
  expect(result.status).toBe("complete");
  expect(ids(result.phases)).toEqual(FAULTS);
  for (const { id, paths } of result.phases) {
    expect([id, lost(result, id, "lambda")]).toEqual([id, paths.lambda?.lostInModel ?? 0]);
    if (id !== "host-lost") expect([id, paths.lambda?.lostInModel]).toEqual([id, undefined]);
  }
});
