/** What the ECS agent would write for Fluent Bit, for a task whose container `app` logs through FireLens. */

export type FirelensProfile = "as-documented" | "hardened";

/**
 * What the two ways differ in. The hardened values are those of the project's own construct; a test holds the two
 * together.
 */
export interface ProfileSettings {
  readonly title: string;
  /** Half of the router's memory reservation; 25 if it has none. 10⁶ bytes. */
  readonly memBufLimitMb: number;
  /** Undelivered logs that may be on the task's disk, MiB; 0: in memory only. */
  readonly diskBufferMib: number;
  /** Retries of a chunk after its first attempt. */
  readonly retryLimit: number;
  /** Undefined: waits for an answer without end. */
  readonly ioTimeoutMs?: number;
  readonly compress: boolean;
  /** Whether the pieces of a long line become one entry again. */
  readonly joinsPieces: boolean;
  /** How long it goes on sending after SIGTERM. */
  readonly graceSeconds: number;
  /** From SIGTERM to SIGKILL, by ECS; 30 if not set. */
  readonly stopTimeoutSeconds: number;
}

export const PROFILES: Readonly<Record<FirelensProfile, ProfileSettings>> = {
  // 1 retry and 5 s are Fluent Bit's defaults. https://docs.fluentbit.io/manual/administration/configuring-fluent-bit (2026-11)
  "as-documented": {
    title: "FireLens, as documented",
    memBufLimitMb: 25,
    diskBufferMib: 0,
    retryLimit: 1,
    compress: false,
    joinsPieces: false,
    graceSeconds: 5,
    stopTimeoutSeconds: 30,
  },
  hardened: {
    title: "FireLens, hardened",
    memBufLimitMb: 64,
    diskBufferMib: 1024,
    retryLimit: 6,
    ioTimeoutMs: 10_000,
    compress: true,
    joinsPieces: true,
    graceSeconds: 30,
    stopTimeoutSeconds: 40,
  },
};

export const CONTAINER = "app";
/** The log driver's tag is `app-firelens-<task id>`. */
export const TAG_PREFIX = `${CONTAINER}-firelens`;
/** In the router's environment: the secret's option and the container's index. The file has only its name. */
export const API_KEY_VARIABLE = "apikey_0";
export const SERVICE = "sidecarless-comparison";
export const SOURCE = "ecs";
export const TAGS = ["env:comparison"];

/** The agent's record of the task, added to every log record. */
export const taskMetadata = (taskId: string): Readonly<Record<string, string>> => ({
  ecs_cluster: "comparison",
  ecs_task_arn: `arn:aws:ecs:us-east-1:111122223333:task/comparison/${taskId}`,
  ecs_task_definition: "comparison:1",
});

/** All that differs from a task's own configuration, so that several routers run side by side on one machine. */
export interface LocalPlaces {
  /** /var/run/fluent.sock in a task. */
  readonly socketFile: string;
  /** 24224 in a task. */
  readonly forwardPort: number;
  /** 8877 in a task. */
  readonly healthPort: number;
  /** 2020 in a task. Only hardened. */
  readonly httpPort: number;
  /** /fluent-bit/buffer in a task. Only hardened. */
  readonly bufferFolder: string;
  /** /fluent-bit/service.conf in a task. Only hardened. */
  readonly serviceFile: string;
}

export interface AgentConfigSettings {
  readonly profile: FirelensProfile;
  readonly taskId: string;
  /** The recorder instead of Datadog, without TLS. */
  readonly intake: { readonly host: string; readonly port: number };
  readonly places: LocalPlaces;
}

type Options = Readonly<Record<string, string>>;

/**
 * The main file as the agent's generator writes it, `Name` first and options in the order of their bytes.
 * https://github.com/aws/amazon-ecs-agent/tree/master/agent/taskresource/firelens (2026-11)
 */
export function renderAgentConfig({ profile, taskId, intake, places }: AgentConfigSettings): string {
  const { memBufLimitMb } = PROFILES[profile];
  const local = "127.0.0.1";
  const input = (name: string, options: Options, tag?: string) => section("INPUT", name, options, tag && ["Tag", tag]);
  const metadata = Object.entries(taskMetadata(taskId)).map(([name, value]) => `    Record ${name} ${value}`);
  return [
    ...input("forward", { Mem_Buf_Limit: `${memBufLimitMb}MB`, unix_path: places.socketFile }),
    ...input("forward", { Listen: local, Port: String(places.forwardPort) }),
    ...input("tcp", { Listen: local, Port: String(places.healthPort) }, HEALTH_TAG),
    "",
    "[FILTER]",
    "    Name record_modifier",
    "    Match *",
    ...metadata,
    ...(profile === "hardened" ? ["", `@INCLUDE ${places.serviceFile}`] : []),
    ...section("OUTPUT", "null", {}, ["Match", HEALTH_TAG]),
    ...section("OUTPUT", "datadog", { ...outputOptions(profile, intake), apikey: `\${${API_KEY_VARIABLE}}` }, [
      "Match",
      `${TAG_PREFIX}*`,
    ]),
    "",
  ].join("\n");
}

const HEALTH_TAG = "firelens-healthcheck";

function section(kind: string, name: string, options: Options, rule?: readonly [string, string] | ""): string[] {
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [["Name", name], ...(rule ? [rule] : []), ...sorted];
  return ["", `[${kind}]`, ...lines.map(([key, value]) => `    ${key} ${value}`)];
}

/** Options of the application container's log configuration. */
export function outputOptions(profile: FirelensProfile, intake: { readonly host: string; readonly port: number }) {
  const { diskBufferMib, retryLimit, ioTimeoutMs, compress } = PROFILES[profile];
  const options: Record<string, string> = {
    Host: intake.host,
    port: String(intake.port),
    TLS: "off",
    dd_service: SERVICE,
    dd_source: SOURCE,
    dd_tags: TAGS.join(","),
    provider: "ecs",
  };
  if (profile === "hardened") Object.assign(options, { dd_message_key: "log", retry_limit: String(retryLimit) });
  if (compress) options.compress = "gzip";
  if (ioTimeoutMs !== undefined) options["net.io_timeout"] = `${ioTimeoutMs / 1_000}s`;
  if (diskBufferMib > 0) options["storage.total_limit_size"] = `${diskBufferMib}M`;
  return options;
}

/** Fluent Bit aims at chunks of this size. https://docs.fluentbit.io/manual/data-pipeline/buffering (2026-11) */
const CHUNK_MIB = 2;

/** A line that is longer goes on in another entry: Datadog takes entries of 1 MB. */
export const PIECES_OF_AN_ENTRY = 50;

/** Joins the pieces of long lines, up to so many. */
const JOIN_PIECES = [
  "[FILTER]",
  "    name modify",
  "    match *",
  "    condition key_value_matches partial_ordinal ^[0-9]*[05]0$",
  "    set partial_last true",
  "[FILTER]",
  "    name multiline",
  "    match *",
  "    mode partial_message",
  "    multiline.key_content log",
  "    flush_ms 2000",
];

/** The file that ECS includes; as documented there is none. */
export function renderServiceFile(profile: FirelensProfile, places: LocalPlaces): string {
  const { graceSeconds, memBufLimitMb } = PROFILES[profile];
  return [
    "[SERVICE]",
    "    Flush 1",
    `    Grace ${graceSeconds}`,
    "    HTTP_Server On",
    "    HTTP_Listen 127.0.0.1",
    `    HTTP_Port ${places.httpPort}`,
    `    storage.path ${places.bufferFolder}`,
    "    storage.type filesystem",
    "    storage.inherit on",
    `    storage.max_chunks_up ${Math.floor(memBufLimitMb / CHUNK_MIB)}`,
    ...JOIN_PIECES,
    "",
  ].join("\n");
}
