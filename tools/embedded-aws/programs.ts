import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Programs and folders of this run. None outlives it: they end with this process, however that ends. */
const groups = new Set<number>();
const folders = new Set<string>();

process.on("exit", () => {
  for (const group of groups) endGroup(group);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Without it a signal would end this process and skip what is due at its exit. */
export function endOnSignals(exitCode: (signal: NodeJS.Signals) => number): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(exitCode(signal)));
  }
  // npm hands SIGTERM to the shell between it and its script, and the shell ends without a word to this process.
  const npm = process.ppid;
  const look = () => process.ppid === npm || process.exit(exitCode("SIGTERM"));
  if (process.env.npm_lifecycle_event) setInterval(look, 500).unref();
}

/** An empty folder that is removed at the end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sidecarless-e2e-"));
  folders.add(folder);
  return folder;
}

interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly onOutput: (text: string) => void;
}

/** Starts a program in a process group of its own, so that whatever it starts in turn can be ended with it. */
export function startProgram(command: string, args: readonly string[], options: ProgramOptions): ChildProcess {
  const { env, cwd, onOutput } = options;
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) {
    groups.add(pid);
    child.once("exit", () => {
      // What it left behind in its group, such as the functions of an emulator that fell over.
      endGroup(pid);
      groups.delete(pid);
    });
  }
  child.stdout.setEncoding("utf8").on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", onOutput);
  return child;
}

/** Runs a program to its end. @returns whether it succeeded, and all it wrote. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: Omit<ProgramOptions, "onOutput">,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  return new Promise((resolve) => {
    const child = startProgram(command, args, { ...options, onOutput });
    child.once("error", (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}

function endGroup(group: number): void {
  try {
    // Not SIGTERM: nothing is worth waiting for, all state is in the folders that go next.
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
