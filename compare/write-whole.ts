import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cantWrite } from "../tools/file-error.ts";

/**
 * Writes a file, in a folder that is made if it is not there. Who reads it meanwhile sees the old one or the new one.
 * @throws FileError
 */
export async function writeWhole(file: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.part`, content);
    await rename(`${file}.part`, file);
  } catch (error) {
    cantWrite(file, error);
  }
}
