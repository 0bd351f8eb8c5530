import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { UsageError } from "../arguments.ts";
import { cutIntoCalls, eventIds, linesOf, subscriptionEvent } from "../cloudwatch.ts";
import { whyOf } from "../file-error.ts";
import type { LineOptions } from "./options.ts";

/** What is sent, one delivery after the other. `bytesRead` is for the progress bar. */
export interface Deliveries {
  readonly all: AsyncIterable<{ logGroup: string; eventCount: number; event: unknown }>;
  readonly bytesTotal?: number;
  readonly bytesRead: () => number;
  readonly emptyLines: () => number;
}

/** @param interrupted ends the input; what was read of it until then is sent still. */
export async function openDeliveries(
  { file, logGroup, logStream }: LineOptions,
  interrupted: AbortSignal,
): Promise<Deliveries> {
  const nextId = eventIds(Date.now());
  let bytesRead = 0;
  let emptyLines = 0;
  const bytesTotal = file === "-" ? undefined : await sizeOf(file);
  async function* chunks() {
    const input = addAbortSignal(interrupted, file === "-" ? process.stdin : createReadStream(file));
    try {
      for await (const chunk of input) {
        bytesRead += chunk.length;
        yield chunk as Buffer;
      }
    } catch (error) {
      if (!interrupted.aborted) throw error;
    }
  }
  async function* lines() {
    for await (const line of linesOf(chunks())) {
      if (line === "") emptyLines += 1;
      else yield line;
    }
  }
  async function* all() {
    for await (const events of cutIntoCalls(lines(), Date.now, nextId)) {
      const event = subscriptionEvent({ account: "000000000000", logGroup, logStream }, events);
      yield { logGroup, eventCount: events.length, event };
    }
  }
  return { all: all(), bytesTotal, bytesRead: () => bytesRead, emptyLines: () => emptyLines };
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    await access(file, constants.R_OK);
    const stats = await stat(file);
    if (stats.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    // A pipe has no size to measure progress by.
    return stats.isFile() ? stats.size : undefined;
  } catch (error) {
    throw new UsageError(`--file ${file} can't be read: ${whyOf(error)}.`);
  }
}
