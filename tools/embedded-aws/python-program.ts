import { accessSync, constants, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs.ts";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** What a person has to do before there can be this program. */
export class MissingError extends Error {
  override readonly name = "MissingError";
}

export interface PythonPackage {
  /** What is installed, such as `ministack`. Extras are allowed: `moto[server]`. */
  readonly name: string;
  readonly version: string;
  /** The command that it brings. */
  readonly program: string;
  /** Whether one on PATH does as well, whatever its version. @default only the pinned version serves */
  readonly anyOnPath?: boolean;
  /** A way out, besides installing it: ends the error's sentence. */
  readonly otherwise?: string;
}

/**
 * The program of a Python package, installed into an environment of its own under `node_modules/.cache` when it is first
 * asked for.
 * @throws MissingError
 */
export async function pythonProgram(
  { name, version, program, anyOnPath, otherwise }: PythonPackage,
  say: (line: string) => void,
): Promise<string> {
  const found = anyOnPath ? onPath(program) : undefined;
  if (found) return found;
  const folder = path.join(PROJECT, `node_modules/.cache/${program}-${version}`);
  const installed = path.join(folder, "bin", program);
  // Written last: an installation that was interrupted has none.
  const complete = path.join(folder, "complete");
  if (existsSync(complete)) return installed;

  const advice = `Install it with pip install "${name}==${version}" (Python 3.10 or newer)${otherwise ?? ""}.`;
  const options = { env: process.env, cwd: PROJECT };
  const python = onPath("python3");
  const atLeast310 = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  if (!python || !(await runProgram(python, ["-c", atLeast310], options)).ok) {
    throw new MissingError(`${program} is missing, and no Python 3.10 with venv is here to install it. ${advice}`);
  }
  say(`installing ${name} ${version} into ${path.relative(PROJECT, folder)}`);
  rmSync(folder, { recursive: true, force: true });
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  for (const [command, args] of [
    [python, ["-m", "venv", folder]],
    [path.join(folder, "bin/pip"), ["install", ...quiet, `${name}==${version}`]],
  ] as const) {
    const { ok, output } = await runProgram(command, args, options);
    if (!ok) {
      const reason = output.trim().split("\n").at(-1);
      throw new MissingError(`${program} can't be installed: ${path.basename(command)} failed: ${reason}. ${advice}`);
    }
  }
  writeFileSync(complete, "");
  return installed;
}

function onPath(program: string): string | undefined {
  const places = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, program));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
