import { SingleBar } from "cli-progress";
import { say } from "../progress.ts";
import type { Seen } from "./backfill.ts";
import type { Gap } from "./options.ts";
import { shareDone } from "./print.ts";

/** Shows a person how far it is: a bar on a terminal, and elsewhere a line at each tenth. */
export function watchProgress(gap: Gap, isTerminal: boolean) {
  const bar = isTerminal
    ? new SingleBar({ format: "{bar} {percentage} % · {events} events · {eta_formatted} left" })
    : undefined;
  bar?.start(100, 0, { events: 0 });
  let told = 0;
  return {
    update({ doneTo, counts }: Seen): void {
      const percent = Math.floor(shareDone(gap, doneTo) * 100);
      bar?.update(percent, { events: counts.sent });
      const tenth = Math.floor(percent / 10);
      if (!bar && tenth > told) say(`${tenth * 10} %, ${counts.sent} events`);
      told = Math.max(told, tenth);
    },
    stop: () => bar?.stop(),
  };
}
