// Builds one folder per function into dist/: the same files are tested, measured and deployed.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const FUNCTIONS = ["forwarder", "replayer", "recorder"];

await Promise.all(
  FUNCTIONS.map(async (name) => {
    // Chunks are named by their content: those of the last build would stay.
    await rm(`dist/${name}`, { recursive: true, force: true });
    await build({
      entryPoints: { index: `functions/${name}/handler.ts` },
      outdir: `dist/${name}`,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      // The AWS SDK stays in chunks of its own, read only when `import()` first asks for it: a warm key or a
      // healthy intake never pays for it.
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node24",
      mainFields: ["module", "main"],
      minify: true,
      // Stack traces name functions; no log text is ever in them.
      keepNames: true,
      legalComments: "none",
      // The SDK's CommonJS dependencies call require(); ES modules have none.
      banner: { js: 'import{createRequire as _cr}from"node:module";const require=_cr(import.meta.url);' },
      logLevel: "warning",
    });
  }),
);
