import { readFile } from "node:fs/promises";
import { parseResult, type Result, ResultError } from "../result.ts";

/** The record that a run left. @throws ResultError if it is not there, or is none */
export async function readRecord(file: string): Promise<Result> {
  return parseResult(await readText(file), file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is not there" : code === "EISDIR" ? "is a directory" : `can't be read (${code})`;
    throw new ResultError(`${file} ${why}: give the result.json of a run.`, { cause: error });
  }
}
