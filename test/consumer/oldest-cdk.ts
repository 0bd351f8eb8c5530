/** `npm run test:oldest-cdk`: the consumer's app with the oldest CDK that the package says it works with. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../tools/embedded-aws/programs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { peerDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
const oldest = Object.entries(peerDependencies as Record<string, string>).map(
  ([name, range]) => `${name}@${range.replace(/^\^/, "")}`,
);

const folder = mkdtempSync(path.join(tmpdir(), "sidecarless-oldest-cdk-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

async function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const { ok, output } = await runProgram(command, args, { cwd: ROOT, env: { ...process.env, ...environment } });
  process.stdout.write(output);
  if (!ok) process.exit(1);
}

process.stdout.write(`installing ${oldest.join(" and ")}\n`);
await run("npm", [
  "install",
  "--prefix",
  folder,
  "--no-save",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  ...oldest,
]);
const vitest = path.join(ROOT, "node_modules/vitest/vitest.mjs");
await run(process.execPath, [vitest, "run", "--config", "test/vitest.config.ts", "--root", ".", "test/consumer"], {
  CDK_FROM: path.join(folder, "node_modules"),
});
