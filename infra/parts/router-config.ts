import { GRACE_SECONDS, HTTP_PORT } from "./fluent-bit.ts";
import { type FluentBitSections, filterLines, parserLines } from "./fluent-bit-sections.ts";

/** What the router is told besides what ECS writes. */
export interface RouterConfig extends FluentBitSections {
  readonly memBufLimitMib: number;
  readonly diskBufferMib: number;
}

/** Included by ECS. Only /fluent-bit/etc is written by ECS. */
const CONFIG_FILE = "/fluent-bit/service.conf";
/** Fluent Bit takes parsers from files of their own only. */
const PARSERS_FILE = "/fluent-bit/own-parsers.conf";
/** Fluent Bit aims at chunks of this size. https://docs.fluentbit.io/manual/data-pipeline/buffering (2026-11) */
const CHUNK_MIB = 2;

/** The file that ECS includes before its outputs: after its own filter, which adds the task's metadata. */
export const includedLines = (config: RouterConfig): string[] => [
  ...serviceSection(config),
  ...JOIN_PIECES,
  ...filterLines(config),
];

/**
 * `storage.inherit` gives the storage type to the inputs that ECS writes, which can't be edited. Fluent Bit 4.0.4 or
 * newer (https://github.com/fluent/fluent-bit/pull/10396); on SIGTERM it sends what is on disk as it sends the rest.
 */
function serviceSection({ memBufLimitMib, diskBufferMib, ...sections }: RouterConfig): string[] {
  const storage = [
    "storage.path /fluent-bit/buffer",
    "storage.type filesystem",
    "storage.inherit on",
    // With files it is this that bounds the memory, not Mem_Buf_Limit.
    `storage.max_chunks_up ${Math.max(1, Math.floor(memBufLimitMib / CHUNK_MIB))}`,
  ];
  return [
    "[SERVICE]",
    "Flush 1",
    `Grace ${GRACE_SECONDS}`,
    "HTTP_Server On",
    // For the health check within the container, nobody else.
    "HTTP_Listen 127.0.0.1",
    `HTTP_Port ${HTTP_PORT}`,
    ...(diskBufferMib > 0 ? storage : []),
    ...(parserLines(sections).length > 0 ? [`Parsers_File ${PARSERS_FILE}`] : []),
  ];
}

/**
 * The log driver cuts lines at 16 KiB; `multiline` joins the pieces by what the driver says of them, up to the last one.
 * It waits for that without a limit of size, so one endless line would take all memory. `modify` therefore calls every
 * fiftieth piece the last: an entry holds 800 KiB at most, and Datadog's limit is 1 MB.
 * https://docs.fluentbit.io/manual/data-pipeline/filters/multiline-stacktrace (2026-11)
 */
const JOIN_PIECES = [
  "[FILTER]",
  "name modify",
  "match *",
  "condition key_value_matches partial_ordinal ^[0-9]*[05]0$",
  "set partial_last true",
  "[FILTER]",
  "name multiline",
  "match *",
  "mode partial_message",
  "multiline.key_content log",
  "flush_ms 2000",
];

/**
 * To the log driver, what a container wrote last is a piece without end if no line end follows, however short. The filter
 * keeps it until no other piece came for 2 to 3 s, and forgets it if Fluent Bit is told to stop before that.
 */
const WAIT_FOR_PIECES_SECONDS = 4;

/**
 * The configuration by way of the container's command: the shell writes the files, of which ECS includes one as
 * `config-file-type file`, then runs the image's own command. On Fargate that type is the only one, and the file must
 * be in the image. The other ways: the image's `configs/output-metrics-healthcheck.conf` has no storage settings and
 * opens port 2020 to all; the `init` tag reads from S3, so it takes a bucket, rights of the task role, and a network
 * before the first log; an image of one's own takes a registry and rebuilds.
 *
 * Its limit: the image must be an aws-for-fluent-bit, which has `/bin/sh` and `/entrypoint.sh`, and run as root with
 * a writable root filesystem.
 */
export function routerCommand(config: RouterConfig): { command: string[]; configFile: string } {
  const parsers = parserLines(config);
  const script = [
    writeFile(CONFIG_FILE, includedLines(config)),
    ...(parsers.length > 0 ? [writeFile(PARSERS_FILE, parsers)] : []),
    // `$!` is there as soon as the process is, unlike a variable of our own.
    `trap 'sleep ${WAIT_FOR_PIECES_SECONDS}; kill -TERM $!; wait $!; exit $?' TERM`,
    "{ /entrypoint.sh & wait $!; }",
  ].join(" && ");
  return { command: ["/bin/sh", "-c", script], configFile: CONFIG_FILE };
}

const writeFile = (file: string, lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map((line) => inQuotes(line.startsWith("[") ? line : `    ${line}`)).join(" ")} > ${file}`;

/** As the shell takes it, without a meaning of its own. */
const inQuotes = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
