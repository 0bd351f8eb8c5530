export interface ProgressLine {
  readonly show: (text: string) => void;
  /** Takes it away. */
  readonly clear: () => void;
}

const QUIET_MS = 10_000;

/** One line that changes, for a person who watches; elsewhere a line now and then. On standard error, beside the results. */
export function progressLine(now: () => number, stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (stream.isTTY) {
    return {
      show: (text) => void stream.write(`\r\x1b[2K…     ${text}`),
      clear: () => void stream.write("\r\x1b[2K"),
    };
  }
  let lastMs = now();
  return {
    show(text) {
      if (now() - lastMs < QUIET_MS) return;
      lastMs = now();
      stream.write(`…     ${text}\n`);
    },
    clear: () => undefined,
  };
}
