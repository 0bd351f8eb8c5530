import { setTimeout } from "node:timers/promises";
import { SingleBar } from "cli-progress";

const TICK_MS = 1_000;
const TICKS_BETWEEN_LOOKS = 10;

/** A line of what goes on: for a person, so that it stays out of a file that the report goes into. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Waits, with a bar for a person who watches.
 * @param stop asked every ten seconds; ends the waiting early
 */
export async function waitWithBar(
  title: string,
  ms: number,
  signal: AbortSignal,
  stop: () => Promise<boolean> = async () => false,
): Promise<void> {
  const end = Date.now() + ms;
  const bar = process.stderr.isTTY ? openBar(title, ms) : undefined;
  if (!bar) say(`${title} (${Math.round(ms / 1_000)} s)`);
  try {
    let ticks = 0;
    for (let left = ms; left > 0; left = end - Date.now()) {
      bar?.update(Math.round((ms - left) / 1_000));
      await setTimeout(Math.min(left, TICK_MS), undefined, { signal });
      ticks += 1;
      if (ticks % TICKS_BETWEEN_LOOKS === 0 && (await stop())) return;
    }
  } finally {
    bar?.stop();
  }
}

function openBar(title: string, ms: number): SingleBar {
  const bar = new SingleBar({ format: `${title} {bar} {value} of {total} s`, hideCursor: true });
  bar.start(Math.round(ms / 1_000), 0);
  return bar;
}

export const INTERRUPTED = 130;

/** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. To be given back with `release`. */
export function onInterrupt() {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      process.stderr.write("The tasks may run on; they end by themselves soon after their load.\n");
      process.exit(INTERRUPTED);
    }
    process.stderr.write("\nInterrupted: what runs is stopped, the record written; once more to leave at once.\n");
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
