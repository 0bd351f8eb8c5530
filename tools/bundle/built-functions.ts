import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { BUILT_AT, BUNDLES, bundleFunctions, ROOT } from "./bundle-functions.ts";

/** What a bundle is made of. npm writes the last one when it installs something. */
const SOURCES = ["functions", "tools/bundle/bundle-functions.ts", "node_modules/.package-lock.json"];

/** A second without a word is as long as a person takes for an answer at once. */
const TELL_AFTER_MS = 1_000;

/** For a command that runs the functions in `dist/`: builds them if a source is newer. */
export async function builtFunctions(): Promise<void> {
  if (await isBuilt(ROOT)) return;
  const timer = setTimeout(tell, TELL_AFTER_MS);
  try {
    await bundleFunctions();
  } finally {
    clearTimeout(timer);
  }
}

/** Only to a person: a program that reads what is said has asked for something else. */
function tell(): void {
  if (process.stderr.isTTY) process.stderr.write("Building the functions …\n");
}

/** Whether all of this folder's functions are there, and nothing has changed since their last build began. */
export async function isBuilt(root: string): Promise<boolean> {
  if (!BUNDLES.every((bundle) => existsSync(path.join(root, bundle)))) return false;
  const builtAtMs = Number(await readFile(path.join(root, BUILT_AT), "utf8").catch(() => "0"));
  const newest = await newestOf(SOURCES.map((source) => path.join(root, source)));
  return newest < builtAtMs;
}

/** When the last change was, in Unix milliseconds. A folder changes when a file in it is made or removed. */
async function newestOf(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (each) => {
      const stats = await stat(each).catch(() => undefined);
      if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
      const inside = await readdir(each);
      return Math.max(stats.mtimeMs, await newestOf(inside.map((name) => path.join(each, name))));
    }),
  );
  return Math.max(0, ...times);
}
