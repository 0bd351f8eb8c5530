/**
 * A reader that has seen enough, such as `head`, is no error to speak of: the process ends quietly.
 * @param exitCode 1 if something is left undone then
 */
export function endOnClosedPipe(exitCode: number): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCode);
    throw error;
  });
}
