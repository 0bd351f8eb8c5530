import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT } from "../../tools/embedded-aws/python-program.ts";

/**
 * Stored objects were single payloads, as gzip, with longer names, and filters were called otherwise. The changelog
 * promises that this one can be upgraded, but not that one can go back to it.
 */
const OLDEST = "8ae1d7581ebe";
/**
 * The first that reads and writes objects of many payloads: docs/upgrading.md promises that one can go back this far.
 * It stands in until there is a release.
 */
const FIRST_TO_GO_BACK_TO = "04f9241de273";

export interface EarlierVersions {
  /** Can be upgraded. */
  readonly oldest: string;
  /** Can be upgraded, and gone back to: the newest release before this version. */
  readonly earlier: string;
}

/** As git names them, or what is missing for that. */
export async function earlierVersions(): Promise<EarlierVersions | { readonly missing: string }> {
  const releases = await git("tag", "--list", "v*", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-v:refname");
  const [release] = releases.ok ? releases.output.split("\n").filter((line) => line !== "") : [];
  const versions = { oldest: OLDEST, earlier: release ?? FIRST_TO_GO_BACK_TO };
  for (const name of Object.values(versions)) {
    if ((await git("cat-file", "-e", `${name}^{commit}`)).ok) continue;
    const missing = `no commit ${name} in this folder's history; in a shallow clone, git fetch --unshallow brings it`;
    return { missing };
  }
  return versions;
}

export interface ProjectFolder {
  readonly folder: string;
  /** What it calls itself. */
  readonly version: string;
}

/**
 * Builds it in a folder, with the packages of the present version.
 * @param mark stands behind its version, so that its lines differ from others of that number
 */
export async function unpack(name: string, folder: string, mark: string): Promise<ProjectFolder> {
  mkdirSync(folder);
  const archive = `${folder}.tar`;
  await must(git("archive", "--output", archive, name), `git archive ${name}`);
  await must(run("tar", ["-xf", archive, "-C", folder], PROJECT), `tar -xf ${archive}`);
  symlinkSync(path.join(PROJECT, "node_modules"), path.join(folder, "node_modules"));
  const version = markVersion(folder, mark);
  await must(run("npm", ["run", "--silent", "bundle"], folder), `npm run bundle in ${name}`);
  return { folder, version };
}

/** Where it was said, one after the other. */
const VERSION_FILES = ["functions/version.ts", "functions/forwarder/version.ts"];

function markVersion(folder: string, mark: string): string {
  for (const name of VERSION_FILES) {
    const file = path.join(folder, name);
    const text = readIfThere(file);
    const version = /VERSION = "([^"]+)"/.exec(text)?.[1];
    if (version === undefined) continue;
    writeFileSync(file, text.replace(`"${version}"`, `"${version}-${mark}"`));
    return `${version}-${mark}`;
  }
  throw new Error(`None of ${VERSION_FILES.join(", ")} in ${folder} says a version.`);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const run = (program: string, args: readonly string[], cwd: string) =>
  runProgram(program, args, { env: process.env, cwd });
const git = (...args: string[]) => run("git", args, PROJECT);

async function must(running: ReturnType<typeof runProgram>, what: string): Promise<void> {
  const { ok, output } = await running;
  if (!ok) throw new Error(`${what} failed: ${output.trim()}`);
}
