import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRecord, readRecord } from "../../../compare/record/record-file.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(() => rm(folder, { recursive: true }));

const result = comparisonResult({ linesPerSecond: 5, phases: ["steady", "burst"] });
const empty = { ...result, status: "running", phases: [] } as const;

test("is there from the start, and grows; nothing else is left beside it", async () => {
  const { file, update, current } = await openRecord(join(folder, "new", "run"), empty);
  const read = () => readRecord(file);
  expect(await read()).toEqual(empty);
  await Promise.all([
    update({ phases: result.phases.slice(0, 1) }),
    update({ phases: result.phases }),
    update({ status: "complete" }),
  ]);
  expect(await read()).toEqual(result);
  expect(current()).toEqual(result);
  expect(await readdir(join(folder, "new", "run"))).toEqual(["result.json"]);
});

test("fails at once where it can't be written", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(openRecord(join(folder, "file"), empty)).rejects.toThrow(
    /result\.json can't be written: a part of its path is a file/,
  );
});
