import { readdirSync, readFileSync } from "node:fs";

export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
  /** How long its threads together waited for a processor; left out where the system does not tell. */
  readonly waitedSeconds?: number;
}

/** Linux has 100 in its files, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100;

/** What a process used so far. Undefined if it has ended, or the system is not Linux. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  let stat: string;
  let status: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    // Nothing to tell: it is the caller who knows whether there should be a process.
    return undefined;
  }
  // The name, in parentheses, may have spaces. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (2026-11)
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const peakKib = status.match(/^VmHWM:\s+(\d+) kB$/m)?.[1];
  if (peakKib === undefined) return undefined;
  const waitedSeconds = readWaitedSeconds(pid);
  return {
    ...(waitedSeconds !== undefined && { waitedSeconds }),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    peakMemoryMb: (Number(peakKib) * 1_024) / 1e6,
  };
}

/** https://docs.kernel.org/scheduler/sched-stats.html (2026-11) */
function readWaitedSeconds(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"),
    );
    return threads.reduce((sum, stat) => sum + Number(stat.split(" ")[1]), 0) / 1e9;
  } catch {
    // It has just ended, or the kernel has no such file.
    return undefined;
  }
}
