import { setTimeout } from "node:timers/promises";
import { SingleBar } from "cli-progress";
import { say } from "../../tools/progress.ts";

const TICK_MS = 1_000;
const TICKS_BETWEEN_LOOKS = 10;

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
