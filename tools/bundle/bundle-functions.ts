/** A folder for each function in `dist/`. The same files are tested, measured and deployed. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = path.join(ROOT, "dist");
/** Written when all are built, with the time at which that began. */
export const BUILT_AT = "dist/.built-at";

const PROGRAMS = {
  forwarder: { entry: "handler.ts" },
  replayer: { entry: "handler.ts" },
  subscriber: { entry: "handler.ts" },
  // No Lambda, but a server. The comparison in AWS has it in a task's command, where what checks templates would take
  // `${…}` for a parameter of CloudFormation.
  recorder: { entry: "server.ts", supported: { "template-literal": false } },
};

/** What is there when all are built, from the project's folder. */
export const BUNDLES: readonly string[] = Object.keys(PROGRAMS).map((name) => `dist/${name}/index.mjs`);

interface Program {
  readonly entry: string;
  readonly supported?: Record<string, boolean>;
}

export async function bundleFunctions(): Promise<void> {
  const startedAt = Date.now();
  await mkdir(DIST, { recursive: true });
  // Built beside and then moved, so that tests, the comparison and the bench may run while somebody builds.
  const beside = await mkdtemp(path.join(DIST, ".build-"));
  // Only loaded to build: most commands find everything built.
  const { build, stop } = await import("esbuild");
  try {
    await Promise.all(
      Object.entries(PROGRAMS).map(async ([name, program]) => {
        await build(optionsOf(name, program, path.join(beside, name)));
        await replaceFiles(path.join(beside, name), path.join(DIST, name));
      }),
    );
    await writeFile(path.join(ROOT, BUILT_AT), String(startedAt));
  } finally {
    // Its process would stay as long as the command that wanted the build.
    await stop();
    await rm(beside, { recursive: true, force: true });
  }
}

function optionsOf(name: string, { entry, supported }: Program, outdir: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: { index: `functions/${name}/${entry}` },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // The AWS SDK stays in chunks of its own, read only when `import()` first asks for it: a warm key or a
    // healthy intake never pays for it.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    supported,
    mainFields: ["module", "main"],
    minify: true,
    // Stack traces name functions; no log text is ever in them.
    keepNames: true,
    legalComments: "none",
    // The SDK's CommonJS dependencies call require(); ES modules have none.
    banner: { js: 'import{createRequire as _cr}from"node:module";const require=_cr(import.meta.url);' },
    logLevel: "warning",
  };
}

/**
 * Each file is replaced at once, the chunks before the index that names them, and what is the same stays. So a
 * function that is being started finds a whole bundle at any moment.
 */
async function replaceFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const built = await readdir(from);
  const indexLast = built.toSorted((a, b) => Number(a === "index.mjs") - Number(b === "index.mjs"));
  for (const file of indexLast) {
    if (!(await sameContent(path.join(from, file), path.join(to, file)))) {
      await rename(path.join(from, file), path.join(to, file));
    }
  }
  // Chunks are named by their content: those of the last build would stay.
  for (const file of await readdir(to)) {
    if (!built.includes(file)) await rm(path.join(to, file), { recursive: true, force: true });
  }
}

async function sameContent(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([readFile(a), readFile(b).catch(() => undefined)]);
  return second !== undefined && first.equals(second);
}
