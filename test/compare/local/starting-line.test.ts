import { expect, test } from "vitest";
import { startingLine } from "../../../compare/local/run-phases.ts";

test("lets nobody go before all are there", async () => {
  const { reached } = startingLine(3);
  const gone: number[] = [];
  const waiting = [1, 2].map((one) => reached().then(() => gone.push(one)));
  await new Promise(setImmediate);
  expect(gone).toEqual([]);
  await reached();
  await Promise.all(waiting);
  expect(gone).toEqual([1, 2]);
});

test("lets one alone go at once", async () => {
  await expect(startingLine(1).reached()).resolves.toBeUndefined();
});
