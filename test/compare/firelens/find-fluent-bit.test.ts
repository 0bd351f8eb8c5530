import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findFluentBit, usualPlaces } from "../../../compare/firelens/find-fluent-bit.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { versioned, writeProgram } from "./fake-fluent-bit.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const nowhere = () => join(folder, "nothing");

test("is the first that says a version, in the order of places", async () => {
  const broken = writeProgram(folder, "broken", "process.exit(1)");
  const other = writeProgram(folder, "other", "console.log('something else v1.2.3')");
  const right = writeProgram(folder, "right", versioned("5.0.9"));
  const next = writeProgram(folder, "next", versioned("4.0.0"));
  expect(await findFluentBit(undefined, [nowhere(), broken, other, right, next])).toEqual({
    file: right,
    version: "5.0.9",
  });
});

test("is none if no place has one", async () => {
  expect(await findFluentBit(undefined, [nowhere()])).toBeUndefined();
});

test("is looked for on PATH, then where packages put it", () => {
  vi.stubEnv("PATH", ["/a", "", "/b"].join(delimiter));
  expect(usualPlaces()).toEqual(["/a/fluent-bit", "/b/fluent-bit", "/opt/fluent-bit/bin/fluent-bit"]);
});

test("a given file comes before all places, and has whatever version it says", async () => {
  const given = writeProgram(folder, "given", versioned("5.1.0-rc1"));
  const place = writeProgram(folder, "place", versioned("5.0.9"));
  expect(await findFluentBit(given, [place])).toEqual({ file: given, version: "5.1.0-rc1" });
});

test.each<[string, (file: string) => void, string]>([
  ["is not there", () => undefined, "there is no such file"],
  ["may not be run", (file) => writeFileSync(file, "text", { mode: 0o644 }), "the file may not be run"],
  ["is a folder", (file) => mkdirSync(file), "the file may not be run"],
  ["fails", (file) => writeProgram(folder, file.slice(folder.length), "process.exit(3)"), "--version failed (3)"],
  [
    "is another program",
    (file) => writeProgram(folder, file.slice(folder.length), "console.log('fluentd 1.16')"),
    "it does not say so when asked for --version",
  ],
])("a given file that %s is a wrong option, even if there is one elsewhere", async (_what, make, problem) => {
  const file = join(folder, "given");
  make(file);
  const right = writeProgram(folder, "right", versioned("5.0.9"));
  const error = await findFluentBit(file, [right]).catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toHaveProperty(
    "message",
    expect.stringContaining(`--fluent-bit ${file} is not Fluent Bit: ${problem}.`),
  );
});
