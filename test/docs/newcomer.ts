/**
 * `npm run newcomer`: what someone does who has just found this. A clean clone of what is committed, and in it every command of the
 * documentation that is marked as one to run, in the order of the pages, on a screen of 80 columns.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { blocksOf, PAGES, ROOT } from "./markdown.ts";
import { linesOf } from "./shell-commands.ts";

/** Minutes each. The tests are a step of the checks, and run the comparison in part. */
const LONG = /\bnpm test\b|\bnpm run (compare(?! -- (cost|scale))|e2e|bench)\b/;
const WIDTH = 80;
/** Of a usual terminal. */
const HEIGHT = 24;
const all = process.argv.includes("--all");

const print = (line: string) => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(path.join(tmpdir(), "sidecarless-newcomer-"));
const clone = path.join(folder, "sidecarless");
let [passed, failed] = [0, 0];

function run(line: string, cwd: string): { readonly ok: boolean; readonly output: string } {
  const env = { ...process.env, COLUMNS: String(WIDTH), NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", line], { cwd, env, encoding: "utf8" });
  return { ok: status === 0, output: stdout + stderr };
}

/** What is wrong with what a command printed. */
function problemsOf(line: string, output: string): string[] {
  const lines = output.trimEnd().split("\n");
  // Of npm itself, and of what installs something, the width is not ours.
  const wide = line.includes("npm ci") ? [] : lines.filter((text) => !/^(>| *[{}"])/.test(text) && text.length > WIDTH);
  const tall =
    /npm start$/.test(line) && lines.slice(lines.findIndex((text) => text.startsWith("> sidecarless"))).length > HEIGHT;
  return [...wide.map((text) => `wider than ${WIDTH}: ${text}`), ...(tall ? [`more than ${HEIGHT} lines`] : [])];
}

try {
  const cloned = run(`git clone --quiet ${JSON.stringify(ROOT)} ${JSON.stringify(clone)}`, folder);
  if (!cloned.ok) throw new Error(cloned.output);
  // Lines and rules that the documentation speaks of.
  writeFileSync(
    path.join(clone, "app.log"),
    'GET /health\n{"level":"error","msg":"no such order","card":"4111 1111 1111 1111"}\n',
  );
  const [rules] = PAGES.filter(({ path: page }) => page === "docs/rules.md").flatMap(blocksOf);
  writeFileSync(path.join(clone, "rules.json"), rules?.code ?? "");

  const blocks = PAGES.flatMap(blocksOf).filter(({ language, mark }) => language === "sh" && mark === "run");
  const lines = [...new Set(["npm ci", ...blocks.flatMap(({ code }) => linesOf(code))])];
  for (const line of lines) {
    if (LONG.test(line) && !all) {
      print(`skipped  ${line} (takes minutes: --all runs it)`);
      continue;
    }
    const start = performance.now();
    const { ok, output } = run(line, clone);
    const problems = ok ? problemsOf(line, output) : [output.trimEnd()];
    if (problems.length === 0) passed += 1;
    else failed += 1;
    print(
      `${problems.length === 0 ? "passed" : "FAILED"}   ${line} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
    );
    for (const problem of problems) print(`         ${problem}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
