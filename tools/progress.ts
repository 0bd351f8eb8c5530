/** A line of what goes on: for a person, so that it stays out of a file that the report goes into. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

export const INTERRUPTED = 130;

/**
 * Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. To be given back with `release`.
 * @param first what is said then @param second what is said before the end
 */
export function onInterrupt(first: string, second?: string) {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (second !== undefined) say(second);
      process.exit(INTERRUPTED);
    }
    say(`\nInterrupted: ${first}`);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
