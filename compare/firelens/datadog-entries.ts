import { encode } from "@msgpack/msgpack";
import { PIECES_OF_AN_ENTRY, SERVICE, SOURCE, TAGS, taskMetadata } from "./agent-config.ts";
import { type ContainerOutput, cutLine, newPartialId, partialFields } from "./forward-message.ts";

/** One log record, as Fluent Bit's datadog output sends it. */
export interface Entry {
  readonly json: string;
  /** What its record takes in Fluent Bit's memory, within 2 bytes. */
  readonly bytes: number;
}

/** Fluent Bit writes the size of a record's map, and of most texts, in a longer form than is needed. */
const LONGER_BYTES = 5;

export interface EntrySettings {
  readonly container: ContainerOutput;
  readonly taskId: string;
  /** Whether the pieces of a line are joined, as hardened does; else each is an entry. */
  readonly joinsPieces: boolean;
}

/**
 * A line as entries, keys and tags in the order of Fluent Bit 5.0.9 with `provider ecs`:
 * https://github.com/fluent/fluent-bit/blob/v5.0.9/plugins/out_datadog/datadog.c (2026-11). Only a character that is cut
 * in two differs: U+FFFD here; there nothing, or for each of its bytes one of private use, U+E000 and the byte.
 */
export function entryRenderer({
  container,
  taskId,
  joinsPieces,
}: EntrySettings): (line: string, timeMs: number) => Entry[] {
  const { containerId, containerName, source } = container;
  const metadata = taskMetadata(taskId);
  const start = JSON.stringify({ ddsource: SOURCE, service: SERVICE, source }).slice(1, -1);
  const ddtags = JSON.stringify(tagsOf(container, taskId));
  const record = { container_id: containerId, container_name: containerName, source, log: "", ...metadata };
  const recordBytes = encode([[new Date(), {}], record]).length + LONGER_BYTES;
  return (line, timeMs) => {
    const pieces = joinsPieces ? joined(cutLine(line)) : cutLine(line);
    const isCut = !joinsPieces && pieces.length > 1;
    const id = isCut ? newPartialId() : "";
    return pieces.map((piece, i) => {
      const partial = isCut ? partialFields(id, i + 1, i + 1 === pieces.length) : undefined;
      const fields = partial ? `${start},${JSON.stringify(partial).slice(1, -1)}` : start;
      return {
        json: `{"timestamp":${timeMs},${fields},"message":${escaped(piece.toString("utf8"))},"ddtags":${ddtags}}`,
        bytes: recordBytes + piece.length + (partial ? encode(partial).length : 0),
      };
    });
  };
}

const joined = (pieces: readonly Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(pieces.length / PIECES_OF_AN_ENTRY) }, (_, i) =>
    Buffer.concat(pieces.slice(i * PIECES_OF_AN_ENTRY, (i + 1) * PIECES_OF_AN_ENTRY)),
  );

function tagsOf({ containerId, containerName }: ContainerOutput, taskId: string): string {
  const { ecs_cluster: cluster, ecs_task_arn: arn = "", ecs_task_definition: definition = "" } = taskMetadata(taskId);
  const [family, version] = definition.split(":");
  return [
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
}

/** Everything beyond printable ASCII as `\uXXXX`. */
const escaped = (text: string) =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
