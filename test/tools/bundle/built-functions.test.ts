import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isBuilt } from "../../../tools/bundle/built-functions.ts";
import { BUILT_AT, BUNDLES } from "../../../tools/bundle/bundle-functions.ts";

const BUILT_AT_SECONDS = 1_800_000_000;
const [BEFORE, AFTER] = [BUILT_AT_SECONDS - 1, BUILT_AT_SECONDS + 1];
const HANDLER = "functions/forwarder/handler.ts";
const FOLDERS = ["functions/forwarder", "functions", "tools/bundle", "node_modules", "dist"];
const FILES = [HANDLER, "tools/bundle/bundle-functions.ts", "node_modules/.package-lock.json"];

let root: string;
const changedAt = (name: string, seconds: number) => utimesSync(path.join(root, name), seconds, seconds);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sidecarless-"));
  for (const folder of FOLDERS) mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of FILES) writeFileSync(path.join(root, file), "");
  for (const name of [...FILES, ...FOLDERS]) changedAt(name, BEFORE);
  for (const bundle of BUNDLES) {
    mkdirSync(path.dirname(path.join(root, bundle)), { recursive: true });
    writeFileSync(path.join(root, bundle), "");
  }
  writeFileSync(path.join(root, BUILT_AT), String(BUILT_AT_SECONDS * 1_000));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what has not changed since is built", async () => {
  expect(await isBuilt(root)).toBe(true);
});

test.each([...FILES, "functions/forwarder"])("not if %s changed since, or while it was built", async (name) => {
  changedAt(name, AFTER);
  expect(await isBuilt(root)).toBe(false);
  changedAt(name, BUILT_AT_SECONDS);
  expect(await isBuilt(root)).toBe(false);
});

test("not if nothing was ever built", async () => {
  rmSync(path.join(root, "dist"), { recursive: true });
  expect(await isBuilt(root)).toBe(false);
});

test.each(BUNDLES)("not if %s is gone", async (bundle) => {
  rmSync(path.join(root, bundle));
  expect(await isBuilt(root)).toBe(false);
});
