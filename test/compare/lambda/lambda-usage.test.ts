import { expect, test } from "vitest";
import { emptyTally, tallyInvocation } from "../../../compare/lambda/lambda-usage.ts";
import type { Invoked } from "../../../tools/lambda/lambda-process.ts";

const invoked = (more: Partial<Invoked>): Invoked => ({
  requestId: "1",
  outcome: { status: "returned", value: {} },
  durationMs: 10,
  stdout: "",
  stderr: "",
  ...more,
});
const usage = (cpuMs: number, maxRssMb: number) => ({ cpuMs, maxRssMb }) as NonNullable<Invoked["usage"]>;

test("bills each invocation's duration and init, rounded up to a millisecond", () => {
  const tally = emptyTally(1_769, 1_769);
  tallyInvocation(tally, invoked({ durationMs: 10.2 }));
  tallyInvocation(tally, invoked({ durationMs: 10.2, initMs: 100.1 }));
  expect(tally).toMatchObject({ invocations: 2, coldStarts: 1, billedMs: 11 + 111 });
});

test("with half a vCPU, CPU time takes twice as long and waiting as long as before", () => {
  const tally = emptyTally(512, 1_024);
  tallyInvocation(tally, invoked({ durationMs: 100, usage: usage(30, 90) }));
  expect(tally.billedMs).toBe(100 + 30);
  expect(tally.cpuMs).toBe(30);
});

test("more memory than a vCPU's share makes nothing faster", () => {
  const tally = emptyTally(3_538, 1_769);
  tallyInvocation(tally, invoked({ durationMs: 100, usage: usage(100, 90) }));
  expect(tally.billedMs).toBe(100);
});

test("keeps the largest memory, counts failures and what went to the store", () => {
  const tally = emptyTally(512, 1_769);
  tallyInvocation(tally, invoked({ usage: usage(1, 120), outcome: { status: "returned", value: { undelivered: 7 } } }));
  tallyInvocation(
    tally,
    invoked({ usage: usage(1, 90), outcome: { status: "failed", error: { name: "x", message: "y" } } }),
  );
  expect(tally).toMatchObject({ stored: 7, failed: 1 });
  // The system counts in MiB.
  expect(tally.peakMemoryMb).toBeCloseTo(120 * 1.048576, 6);
});

test("a start's CPU time is what the process took, not how long it was waited for", () => {
  const tally = emptyTally(1_769, 1_769);
  tallyInvocation(tally, invoked({ initMs: 480, initCpuMs: 110, usage: usage(5, 90) }));
  expect(tally.cpuMs).toBe(115);
  // One that failed tells none.
  tallyInvocation(tally, invoked({ initMs: 200 }));
  expect(tally.cpuMs).toBe(315);
});

test("tells how much of its time it waited for a processor", () => {
  const tally = emptyTally(512, 1_769);
  tallyInvocation(tally, invoked({ usage: { ...usage(5, 90), wallMs: 20, waitedMs: 4 } }));
  tallyInvocation(tally, invoked({ usage: { ...usage(5, 90), wallMs: 30 } }));
  expect(tally).toMatchObject({ runMs: 20, waitedMs: 4 });
});
