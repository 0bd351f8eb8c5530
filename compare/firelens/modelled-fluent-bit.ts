import { encode } from "@msgpack/msgpack";
import { PROFILES, SERVICE, SOURCE, TAGS, taskMetadata } from "./agent-config.ts";
import { type Chunk, chunkSender, type SenderSettings } from "./chunk-sender.ts";
import { containerOutput, type FirelensTask } from "./firelens-task.ts";
import { cutLine } from "./forward-message.ts";

export interface ModelledTaskSettings extends SenderSettings {
  /** 32 hex digits. */
  readonly taskId: string;
}

interface Entry {
  readonly json: string;
  /** In Fluent Bit's memory. */
  readonly bytes: number;
}

/** Messages in the log driver, as in a real one. */
const DRIVER_LIMIT = 1_048_576;

/**
 * What stands in for a Fluent Bit that is not there: chunks, flush, retries with backoff, the memory limit, and the end
 * by SIGTERM. Its requests are real, so that the recorder's faults act on them.
 */
export function startModelledTask(settings: ModelledTaskSettings): FirelensTask {
  const { profile, model, taskId } = settings;
  const { graceSeconds, memBufLimitMb, diskBufferMib } = PROFILES[profile];
  const maxChunkBytes = model.get("firelens.chunkBytes");
  // The disk's limit is far beyond what a run of minutes can fill.
  const limitBytes = diskBufferMib > 0 ? Number.POSITIVE_INFINITY : memBufLimitMb * 1e6;
  const sender = chunkSender(settings);
  const entriesOf = entryRenderer(taskId);
  let open: Chunk = { entries: [], bytes: 0 };
  /** In the log driver, while the input is paused. */
  let waiting: Entry[] = [];
  let [lines, dropped, peakBytes] = [0, 0, 0];

  const heldBytes = () => open.bytes + sender.heldBytes();
  const flush = () => {
    if (open.entries.length > 0) sender.send(open);
    open = { entries: [], bytes: 0 };
  };
  const take = ({ json, bytes }: Entry) => {
    open.entries.push(json);
    open.bytes += bytes;
    peakBytes = Math.max(peakBytes, heldBytes());
    if (open.bytes >= maxChunkBytes) flush();
  };
  const resume = () => {
    let count = 0;
    while (count < waiting.length && heldBytes() < limitBytes) take(waiting[count++] as Entry);
    waiting = waiting.slice(count);
  };
  const tick = () => {
    resume();
    flush();
  };
  const ticker = setInterval(tick, model.get("firelens.flushIntervalMs"));

  return {
    write: (text) => {
      for (const entry of text.split("\n").flatMap(entriesOf)) {
        lines += 1;
        if (waiting.length === 0 && heldBytes() < limitBytes) take(entry);
        else if (waiting.length < DRIVER_LIMIT) waiting.push(entry);
        else dropped += 1;
      }
    },
    stop: async () => {
      clearInterval(ticker);
      tick();
      await sender.finish(graceSeconds * 1_000);
    },
    kill: async () => {
      clearInterval(ticker);
      await sender.finish(0);
    },
    usage: () => ({
      cpuSeconds: (lines * model.get("firelens.cpuSecondsPerMillionLines")) / 1e6,
      peakMemoryMb: model.get("firelens.memoryMb") + peakBytes / 1e6,
    }),
    dropped: () => dropped,
    problem: () => undefined,
  };
}

/** Entries as the datadog output writes them, and what their records take in memory. One for each piece of a line. */
function entryRenderer(taskId: string): (line: string) => Entry[] {
  const { containerId, containerName, source } = containerOutput(taskId);
  const metadata = taskMetadata(taskId);
  const { ecs_cluster: cluster = "", ecs_task_arn: arn = "", ecs_task_definition: definition = "" } = metadata;
  const [family, version] = definition.split(":");
  const ddtags = [
    `container_id:${containerId}`,
    `container_name:${containerName}`,
    `cluster_name:${cluster}`,
    `task_arn:${arn}`,
    `region:${arn.split(":")[3]}`,
    `task_id:${cluster}/${taskId}`,
    `task_family:${family}`,
    `task_version:${version}`,
    ...TAGS,
  ].join(",");
  const fields = JSON.stringify({ ddsource: SOURCE, service: SERVICE, source, ddtags }).slice(1);
  const record = { container_id: containerId, container_name: containerName, source, log: "", ...metadata };
  const recordBytes = encode([new Date(), record]).length;
  return (line) =>
    cutLine(line).map((piece) => ({
      json: `{"timestamp":${Date.now()},"message":${JSON.stringify(piece.toString("utf8"))},${fields}`,
      bytes: recordBytes + piece.length,
    }));
}
