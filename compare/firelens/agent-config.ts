/** What the ECS agent would write for Fluent Bit, for a task whose container `app` logs through FireLens. */

export const FIRELENS_PROFILES = ["as-documented", "manual", "hardened"] as const;
export type FirelensProfile = (typeof FIRELENS_PROFILES)[number];

/**
 * What the ways differ in. The hardened values are those of the project's own construct; a test holds the two together.
 */
export interface ProfileSettings {
  readonly title: string;
  /** Whose options these are: which document, dated. */
  readonly source: string;
  /** Half of the router's memory reservation; 25 if it has none. 10⁶ bytes. */
  readonly memBufLimitMb: number;
  /** Undelivered logs that may be on the task's disk, MiB; 0: in memory only. */
  readonly diskBufferMib: number;
  readonly flushSeconds: number;
  /** Retries of a chunk after its first attempt; Infinity: no limit. */
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

/** Fluent Bit's defaults: flush, one retry, 5 s of grace. https://docs.fluentbit.io/manual/administration/configuring-fluent-bit (2026-11) */
const DEFAULTS = {
  memBufLimitMb: 25,
  diskBufferMib: 0,
  flushSeconds: 1,
  retryLimit: 1,
  compress: false,
  joinsPieces: false,
  graceSeconds: 5,
  stopTimeoutSeconds: 30,
} as const;

export const PROFILES: Readonly<Record<FirelensProfile, ProfileSettings>> = {
  "as-documented": {
    ...DEFAULTS,
    title: "FireLens, as documented",
    // The page is made from https://github.com/DataDog/integrations-core/blob/master/ecs_fargate/README.md
    source:
      "logConfiguration under “Fluent Bit and FireLens” in Datadog's page on ECS Fargate, https://docs.datadoghq.com/integrations/aws-fargate/ (2026-11): no compression, no retry limit",
  },
  manual: {
    ...DEFAULTS,
    title: "FireLens, by the manual",
    source:
      "Fluent Bit's manual 5.0, https://docs.fluentbit.io/manual/5.0/data-pipeline/outputs/datadog (2026-11): Datadog “supports and recommends” gzip",
    compress: true,
  },
  hardened: {
    ...DEFAULTS,
    title: "FireLens, hardened",
    source: "this project's construct FirelensToDatadog",
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

/** What a run changes in every profile. */
export interface SidecarChanges
  extends Partial<Pick<ProfileSettings, "flushSeconds" | "retryLimit" | "ioTimeoutMs" | "compress">> {
  /** Further options of the output, as Fluent Bit takes them. */
  readonly options?: Readonly<Record<string, string>>;
}

export function settingsOf(profile: FirelensProfile, { options: _, ...changes }: SidecarChanges = {}): ProfileSettings {
  return { ...PROFILES[profile], ...changes };
}

export const isChanged = ({ options = {}, ...changes }: SidecarChanges = {}): boolean =>
  Object.keys({ ...options, ...changes }).length > 0;

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
  readonly changes?: SidecarChanges;
  readonly taskId: string;
  /** The recorder instead of Datadog; without a file of what its TLS is known by, without TLS. */
  readonly intake: { readonly host: string; readonly port: number; readonly caFile?: string };
  readonly places: LocalPlaces;
}

type Options = Readonly<Record<string, string>>;

/**
 * The main file as the agent's generator writes it, `Name` first and options in the order of their bytes.
 * https://github.com/aws/amazon-ecs-agent/tree/master/agent/taskresource/firelens (2026-11)
 */
export function renderAgentConfig({ profile, changes, taskId, intake, places }: AgentConfigSettings): string {
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
    ...(hasServiceFile(profile, changes) ? ["", `@INCLUDE ${places.serviceFile}`] : []),
    ...section("OUTPUT", "null", {}, ["Match", HEALTH_TAG]),
    ...section("OUTPUT", "datadog", { ...outputOptions(profile, intake, changes), apikey: `\${${API_KEY_VARIABLE}}` }, [
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

type Intake = AgentConfigSettings["intake"];

/** Options of the application container's log configuration. */
export function outputOptions(profile: FirelensProfile, intake: Intake, changes: SidecarChanges = {}): Options {
  const { diskBufferMib, retryLimit, ioTimeoutMs, compress } = settingsOf(profile, changes);
  const options: Record<string, string> = {
    Host: intake.host,
    port: String(intake.port),
    TLS: intake.caFile === undefined ? "off" : "on",
    ...(intake.caFile !== undefined && { "tls.ca_file": intake.caFile }),
    dd_service: SERVICE,
    dd_source: SOURCE,
    dd_tags: TAGS.join(","),
    provider: "ecs",
  };
  if (profile === "hardened") options.dd_message_key = "log";
  if (retryLimit !== DEFAULTS.retryLimit)
    options.retry_limit = Number.isFinite(retryLimit) ? String(retryLimit) : "no_limits";
  if (compress) options.compress = "gzip";
  if (ioTimeoutMs !== undefined) options["net.io_timeout"] = `${ioTimeoutMs / 1_000}s`;
  if (diskBufferMib > 0) options["storage.total_limit_size"] = `${diskBufferMib}M`;
  return { ...options, ...changes.options };
}

/** ECS includes a file of the image's or the task's; as documented there is none. */
export const hasServiceFile = (profile: FirelensProfile, { flushSeconds }: SidecarChanges = {}): boolean =>
  profile === "hardened" || flushSeconds !== undefined;

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

/** The file that ECS includes. */
export function renderServiceFile(profile: FirelensProfile, places: LocalPlaces, changes?: SidecarChanges): string {
  const { graceSeconds, memBufLimitMb, flushSeconds } = settingsOf(profile, changes);
  const flush = ["[SERVICE]", `    Flush ${flushSeconds}`];
  if (profile !== "hardened") return [...flush, ""].join("\n");
  return [
    ...flush,
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
