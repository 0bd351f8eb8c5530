import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { UsageError } from "../arguments.ts";
import { type Counts, NO_COUNTS, sum } from "./counts.ts";
import type { Slice } from "./held-events.ts";
import type { Gap } from "./options.ts";

/** One line each, in JSON, in the order of what happened. Events are named by hashes of their ids; there is no text of theirs. */
type Line =
  | { readonly backfill: 1; readonly account: string; readonly region: string; readonly gap: Gap }
  | { readonly slice: Slice }
  | { readonly sent: readonly string[]; readonly counts: Counts }
  | { readonly done: number };

/** How far an earlier run came. */
export interface Progress {
  /** All before it is sent, in milliseconds since the epoch. */
  readonly doneTo: number;
  /** What comes next, if it was begun. */
  readonly slice?: Slice;
  /** Which events of it were sent. */
  readonly sent: ReadonlySet<string>;
  /** Of all that was sent. */
  readonly counts: Counts;
}

export interface ProgressFile {
  readonly before: Progress;
  readonly begin: (slice: Slice) => void;
  readonly sent: (hashes: readonly string[], counts: Counts) => void;
  readonly done: (slice: Slice) => void;
  readonly close: () => void;
}

/** Names an event in little space. */
export const hashOf = (id: string): string => createHash("sha256").update(id).digest("base64url").slice(0, 12);

/** A name that is the same for the same question. */
export const defaultProgressFile = (account: string, region: string, gap: Gap): string =>
  `backfill-${hashOf(JSON.stringify([account, region, gap])).replaceAll(/[-_]/g, "0")}.jsonl`;

/**
 * Opens the file, or makes it. Each line is on the disk before the next thing is done.
 * @throws UsageError if it is of another question, or another process is at it
 */
export function openProgress(path: string, account: string, region: string, gap: Gap): ProgressFile {
  const about: Line = { backfill: 1, account, region, gap };
  const { lines, bytes } = readLines(path);
  const [first] = lines;
  if (first !== undefined && JSON.stringify(first) !== JSON.stringify(about)) {
    throw new UsageError(`${path} is of another backfill. Give another file with --progress, or remove this one.`);
  }
  const release = lock(`${path}.lock`);
  const file = openSync(path, "a");
  // What was not written to its end when the machine went down.
  ftruncateSync(file, bytes);
  const write = (line: Line) => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
  };
  if (first === undefined) write(about);
  return {
    before: progressOf(lines, gap),
    begin: (slice) => write({ slice }),
    sent: (sent, counts) => write({ sent, counts }),
    done: ({ to }) => write({ done: to }),
    close() {
      closeSync(file);
      release();
    },
  };
}

function readLines(path: string): { readonly lines: readonly Line[]; readonly bytes: number } {
  if (!existsSync(path)) return { lines: [], bytes: 0 };
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  try {
    const lines = whole
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
    return { lines, bytes: Buffer.byteLength(whole) };
  } catch {
    throw new UsageError(`${path} is not a progress file of a backfill. Give another with --progress.`);
  }
}

function progressOf(lines: readonly Line[], gap: Gap): Progress {
  let progress: Progress = { doneTo: gap.from, sent: new Set(), counts: NO_COUNTS };
  for (const line of lines) {
    if ("done" in line) progress = { doneTo: line.done, sent: new Set(), counts: progress.counts };
    else if ("slice" in line) progress = { ...progress, slice: line.slice };
    else if ("sent" in line) {
      const sent = new Set([...progress.sent, ...line.sent]);
      progress = { ...progress, sent, counts: sum(progress.counts, line.counts) };
    }
  }
  return progress;
}

/** Two at once would send everything twice. @returns what ends it */
function lock(path: string): () => void {
  const other = existsSync(path) ? Number(readFileSync(path, "utf8")) : undefined;
  if (other !== undefined && isRunning(other)) {
    throw new UsageError(
      `Process ${other} is running this backfill. Wait for it, or end it. If there is no such process, remove ${path}.`,
    );
  }
  writeFileSync(path, String(process.pid));
  return () => rmSync(path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
