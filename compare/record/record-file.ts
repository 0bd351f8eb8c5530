import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { whyOf } from "../../tools/file-error.ts";
import { type Result, ResultError } from "../result.ts";
import { writeWhole } from "../write-whole.ts";
import { parseRecord, recordText } from "./record-text.ts";

export interface RecordFile {
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
 * @throws FileError if it can't be written, now or with an update.
 */
export async function openRecord(directory: string, initial: Result): Promise<RecordFile> {
  const file = join(directory, "result.json");
  let current = initial;
  let last = Promise.resolve();
  const write = () => writeWhole(file, recordText(current));
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

/** The record that a run left. @throws ResultError if it is not there, or is none */
export async function readRecord(file: string): Promise<Result> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ResultError(`${file} can't be read: ${whyOf(error)}. Give the result.json of a run.`, { cause: error });
  }
  return parseRecord(text, file);
}
