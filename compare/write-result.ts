import { join } from "node:path";
import { type Result, ResultError } from "./result.ts";
import { writeWhole } from "./write-whole.ts";

export interface ResultFile {
  readonly file: string;
  readonly current: () => Result;
  /** Writes the record with these changes. Calls wait for each other; a reader sees the old file or the new one. */
  readonly update: (change: Partial<Result>) => Promise<void>;
}

/** Where a run leaves its files if nothing else is asked for. */
export const runDirectory = (startedAt: Date) =>
  join("comparison", startedAt.toISOString().slice(0, 19).replaceAll(":", ""));

/**
 * `result.json` in a directory, which is made if it is not there.
 * @throws ResultError if it can't be written, now or with an update.
 */
export async function openResultFile(directory: string, initial: Result): Promise<ResultFile> {
  const file = join(directory, "result.json");
  let current = initial;
  let last = Promise.resolve();
  const write = async () => {
    try {
      await writeWhole(file, `${JSON.stringify(current)}\n`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ResultError(`${file} can't be written: ${code}. Give another folder with --out.`, { cause: error });
    }
  };
  const update = (change: Partial<Result>) => {
    current = { ...current, ...change };
    const written = last.then(write);
    // A later write may succeed where this one failed; who asked for this one is told.
    last = written.catch(() => undefined);
    return written;
  };
  await update({});
  return { file, current: () => current, update };
}
