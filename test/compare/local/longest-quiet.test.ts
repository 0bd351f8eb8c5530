import { expect, test } from "vitest";
import { PROFILES } from "../../../compare/firelens/agent-config.ts";
import { longestQuietMs } from "../../../compare/local/firelens-runner.ts";

const S = 1_000;

test("where nothing failed nothing waits to be tried again, so what is missing does not come", () => {
  expect(longestQuietMs(PROFILES.hardened, 0)).toBeLessThanOrEqual(5 * S);
});

test("with one retry the last attempt is within 11 s, however long something was broken", () => {
  for (const brokenMs of [5 * S, 60 * S, 600 * S]) {
    expect(longestQuietMs(PROFILES["as-documented"], brokenMs)).toBe(3 * S + 11 * S);
  }
});

test("with more, the wait grows with the attempts that can have failed, up to the limit", () => {
  const hardened = (brokenMs: number) => longestQuietMs(PROFILES.hardened, brokenMs) - 13 * S;
  // Waits are 6 s at least: within 10 s a chunk was tried twice, and waits up to 5 × 2² and 1 s for the third time.
  expect(hardened(10 * S)).toBe(21 * S);
  expect(hardened(60 * S)).toBe(321 * S);
  expect(hardened(600 * S)).toBe(321 * S);
});
