import { settingsOf } from "./agent-config.ts";
import { type Chunk, chunkSender, type SenderSettings } from "./chunk-sender.ts";
import { entryRenderer } from "./datadog-entries.ts";
import { containerOutput, type FirelensTask } from "./firelens-task.ts";
import { BUFFER_LIMIT } from "./forward-client.ts";

export interface ModelledTaskSettings extends SenderSettings {
  /** 32 hex digits. */
  readonly taskId: string;
  /** Lines that the log driver holds while the input is paused. @default 1,048,576, as a real one holds messages */
  readonly driverLimit?: number;
}

interface Line {
  readonly text: string;
  readonly timeMs: number;
}

/**
 * What stands in for a Fluent Bit that is not there: chunks, flush, retries with backoff, the memory limit, and the end
 * by SIGTERM. Its requests are real, so that the recorder's faults act on them.
 */
export function startModelledTask(settings: ModelledTaskSettings): FirelensTask {
  const { profile, changes, model, taskId, driverLimit = BUFFER_LIMIT } = settings;
  const { graceSeconds, memBufLimitMb, diskBufferMib, compress, joinsPieces } = settingsOf(profile, changes);
  const maxChunkBytes = model.get("firelens.chunkBytes");
  const cpuSecondsPerMillionLines = model.get(
    compress ? "firelens.cpuSecondsPerMillionLines" : "firelens.uncompressedCpuSecondsPerMillionLines",
  );
  // The disk's limit is far beyond what a run of minutes can fill.
  const limitBytes = diskBufferMib > 0 ? Number.POSITIVE_INFINITY : memBufLimitMb * 1e6;
  const sender = chunkSender(settings);
  const entriesOf = entryRenderer({ container: containerOutput(taskId), taskId, joinsPieces });
  /** Until the next flush, full ones too; lines go to the last. */
  let chunks: Chunk[] = [];
  let chunkBytes = 0;
  /** In the log driver, while the input is paused. */
  let waiting: Line[] = [];
  let [lines, dropped, peakBytes] = [0, 0, 0];

  const isPaused = () => chunkBytes + sender.heldBytes() >= limitBytes;
  const take = ({ text, timeMs }: Line) => {
    for (const { json, bytes } of entriesOf(text, timeMs)) {
      const last = chunks.at(-1);
      const open = last && last.bytes < maxChunkBytes ? last : { entries: [], bytes: 0 };
      if (open !== last) chunks.push(open);
      open.entries.push(json);
      open.bytes += bytes;
      chunkBytes += bytes;
    }
  };
  const flush = () => {
    let count = 0;
    while (count < waiting.length && !isPaused()) take(waiting[count++] as Line);
    waiting = waiting.slice(count);
    for (const chunk of chunks) sender.send(chunk);
    chunks = [];
    chunkBytes = 0;
    peakBytes = Math.max(peakBytes, sender.memoryBytes());
  };
  const flushMs = changes?.flushSeconds === undefined ? undefined : changes.flushSeconds * 1_000;
  const ticker = setInterval(flush, flushMs ?? model.get("firelens.flushIntervalMs"));

  return {
    write: (output) => {
      const timeMs = Date.now();
      for (const text of output.split("\n")) {
        lines += 1;
        if (waiting.length === 0 && !isPaused()) take({ text, timeMs });
        else if (waiting.length < driverLimit) waiting.push({ text, timeMs });
        else dropped += 1;
      }
    },
    stop: async () => {
      clearInterval(ticker);
      flush();
      await sender.finish(graceSeconds * 1_000);
    },
    kill: async () => {
      clearInterval(ticker);
      await sender.finish(0);
    },
    usage: () => ({
      cpuSeconds: (lines * cpuSecondsPerMillionLines) / 1e6,
      peakMemoryMb: model.get("firelens.memoryMb") + peakBytes / 1e6,
    }),
    dropped: () => dropped,
    problem: () => undefined,
  };
}
