import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { VARIABLES } from "../../functions/settings/variables.ts";
import { endCommands, runCommand } from "../support/command.ts";
import { blocksOf, PAGES, ROOT } from "./markdown.ts";
import { commandsOf, MARKS } from "./shell-commands.ts";

const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { scripts: Record<string, string> };
const blocks = PAGES.flatMap(blocksOf).filter(({ language }) => language === "sh");
const ours = blocks.flatMap(({ page, code }) => commandsOf(code).map((command) => ({ page, ...command })));

afterAll(endCommands);

test.each(blocks)("$page: a block of commands says whether it can be run at once: $code", ({ mark }) => {
  expect(MARKS).toContain(mark);
});

test("every npm script that the documentation names is there", () => {
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, script = ""]) => ({ path, script })),
  );
  // What was once is the changelog's to tell.
  const missing = named.filter(({ path, script }) => path !== "CHANGELOG.md" && !(script in scripts));
  expect(missing).toEqual([]);
});

test("every npm script is named in the list of commands", () => {
  const list = PAGES.find(({ path }) => path === "docs/commands.md")?.text ?? "";
  const internal = ["prepack", "bundle", "format"];
  expect(
    Object.keys(scripts).filter(
      (name) => !internal.includes(name) && !list.includes(`npm run ${name}`) && !list.includes(`npm ${name}`),
    ),
  ).toEqual([]);
});

/** The scripts with a `--help` of their own: the program that they end in. */
const programs = new Map(
  Object.entries(scripts).flatMap(([name, line]) => {
    const [, program] = /node ((?:tools|compare|functions)\/(?!docs|bundle)\S+\.ts)$/.exec(line) ?? [];
    return program === undefined ? [] : [[name, program] as const];
  }),
);

test("no program is built before it is asked for its help", () => {
  const built = [...programs].filter(([name, program]) => scripts[name] !== `node ${program}`);
  expect(built).toEqual([]);
});

const flagged = new Map<string, Set<string>>();
for (const { script, flags } of ours) {
  if (!programs.has(script)) continue;
  const known = flagged.get(script) ?? new Set<string>();
  for (const flag of flags) known.add(flag);
  flagged.set(script, known);
}

/** Of the programs that have commands of their own. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  datadog: ["check", "readback", "plan", "apply", "remove", "export"],
  compare: ["local", "sweep", "aws", "cost", "scale", "report", "diff"],
  subscriptions: ["plan"],
};
const helps = [...programs].flatMap(([script, program]) =>
  [[], ...(COMMANDS[script] ?? []).map((word) => [word])].map(
    (words) => [[script, ...words].join(" "), program, words] as const,
  ),
);

test.each(helps)("the help of %s fits a terminal of 80 columns", async (_name, program, words) => {
  const { stdout } = await runCommand(program, [...words, "--help"]);
  expect(stdout).toContain("Usage: npm ");
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

describe("options of commands in the documentation", () => {
  test.each([...flagged].filter(([, flags]) => flags.size > 0))("%s has them", async (script, flags) => {
    const program = programs.get(script) ?? "";
    const words = new Set(ours.filter((command) => command.script === script).map(({ word }) => word));
    const helps = await Promise.all(
      [...words].map((word) => runCommand(program, word === undefined ? ["--help"] : [word, "--help"])),
    );
    const text = helps.map(({ stdout }) => stdout).join("\n");
    for (const flag of flags) expect(text).toContain(flag);
  });
});

test("every variable of the functions that a page names is one", () => {
  const known = new Set(Object.keys(VARIABLES));
  const page = PAGES.find(({ path }) => path === "docs/environment.md")?.text ?? "";
  for (const name of known) expect(page).toContain(`\`${name}\``);
});
