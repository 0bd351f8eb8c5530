import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newFolder, recordIn, startModelled } from "../../support/local-run.ts";

test("a generator that is stopped again and again: the phase is void, says why, and the command fails", async () => {
  const folder = await newFolder();
  const run = startModelled(folder, "--phases", "steady", "--paths", "firelens-hardened");
  await run.says("s of load …", "stderr");
  let hasEnded = false;
  const ended = run.ended.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    run.signal("SIGSTOP");
    await sleep(600);
    run.signal("SIGCONT");
    await sleep(100);
  }
  const { code, stdout, stderr } = await ended;
  const { status, phases } = await recordIn(folder);
  expect({ code, status }).toEqual({ code: 1, status: "complete" });
  expect(phases[0]?.void).toHaveLength(1);
  expect(phases[0]?.void?.[0]).toContain(
    "The machine did not keep up while FireLens, hardened ran: one line in a hundred",
  );
  expect(phases[0]?.paths["firelens-hardened"]?.void).toEqual(phases[0]?.void);
  expect(stderr).toContain("Void: Steady load.");
  expect(stdout).toContain("Every phase is void");
});
