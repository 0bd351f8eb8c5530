/** A file can't be read or written. The message says which, and why. */
export class FileError extends Error {
  override readonly name = "FileError";
}

/** Of what happens when people name files; all others tell their code. */
const WHYS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file, not a folder",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};

/** Why the system refused a file, in words. @returns undefined if the error is not the system's */
export function whyOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : (WHYS[code] ?? code);
}

/** For a `catch` around writing. @throws FileError; the error itself if it is not the system's */
export function cantWrite(file: string, error: unknown): never {
  const why = whyOf(error);
  if (why === undefined) throw error;
  throw new FileError(`${file} can't be written: ${why}.`, { cause: error });
}
