/** What Fluent Bit is told: the datadog output's options, and the [SERVICE] section that ECS does not write. */

/**
 * - `asDocumented`: the options of the task definition in Datadog's and AWS's documentation, and no others. One retry,
 *   no compression, no time limit on the intake's answer: an outage of seconds loses logs.
 * - `hardened`: what it takes to ride out an outage of minutes and a normal stop of the task.
 */
export type FirelensProfile = "asDocumented" | "hardened";

/** The tag `stable` still was a 2.x image (Fluent Bit 1.9.10) in mid-2026, after the end of 2.x on 2026-06-30. */
export const DOCUMENTED_IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable";
/** Fluent Bit 5.0.9. https://github.com/aws/aws-for-fluent-bit/releases/tag/v3.4.10 */
export const HARDENED_IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.10";

/** How long Fluent Bit goes on sending after SIGTERM. */
export const GRACE_SECONDS = 30;
const HTTP_PORT = 2020;
/** Only /fluent-bit/etc is written by ECS. */
const SERVICE_FILE = "/fluent-bit/service.conf";
/** Fluent Bit aims at chunks of this size. https://docs.fluentbit.io/manual/data-pipeline/buffering (2026-11) */
const CHUNK_MIB = 2;

export interface OutputSettings {
  readonly profile: FirelensProfile;
  readonly host: string;
  readonly port?: number;
  readonly tls: boolean;
  readonly service: string;
  readonly source: string;
  /** `key:value`, sent as they are: the intake cleans them. */
  readonly tags: readonly string[];
  /** Most that one container's undelivered logs may take on disk; the oldest go first. 0: memory only. */
  readonly diskBufferMib: number;
}

/** Options of the datadog output. https://docs.fluentbit.io/manual/data-pipeline/outputs/datadog (2026-11) */
export function outputOptions(settings: OutputSettings): Record<string, string> {
  const { host, port, tls, service, source, tags } = settings;
  return {
    // Case matters here, and only here: ECS looks for `Name`.
    Name: "datadog",
    Host: host,
    ...(port !== undefined && { port: String(port) }),
    TLS: tls ? "on" : "off",
    dd_service: service,
    dd_source: source,
    ...(tags.length > 0 && { dd_tags: tags.join(",") }),
    provider: "ecs",
    ...(settings.profile === "hardened" && hardenedOptions(settings.diskBufferMib)),
  };
}

const hardenedOptions = (diskBufferMib: number): Record<string, string> => ({
  dd_message_key: "log",
  // A seventh of the bytes.
  compress: "gzip",
  // With 6 an outage of 25 s lost nothing, with the default of 1 it lost a third.
  retry_limit: "6",
  // Without it an intake that accepts and never answers stops the router for good.
  "net.io_timeout": "10s",
  ...(diskBufferMib > 0 && { "storage.total_limit_size": `${diskBufferMib}M` }),
});

/**
 * `storage.inherit` gives the storage type to the inputs that ECS writes, which can't be edited. Fluent Bit 4.0.4 or
 * newer (https://github.com/fluent/fluent-bit/pull/10396); on SIGTERM it sends what is on disk as it sends the rest.
 */
export function serviceSection(memBufLimitMib: number, diskBufferMib: number): string[] {
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
  ];
}

/**
 * A [SERVICE] section by way of the container's command: the shell writes the file, which ECS includes as
 * `config-file-type file`, then runs the image's own command. On Fargate that type is the only one, and the file must
 * be in the image. The other ways: the image's `configs/output-metrics-healthcheck.conf` has no storage settings and
 * opens port 2020 to all; the `init` tag reads from S3, so it takes a bucket, rights of the task role, and a network
 * before the first log; an image of one's own takes a registry and rebuilds.
 *
 * Its limit: the image must be an aws-for-fluent-bit, which has `/bin/sh` and `/entrypoint.sh`, and run as root with
 * a writable root filesystem.
 */
export function commandWithService(lines: readonly string[]): { command: string[]; configFile: string } {
  const quoted = lines.map((line, i) => `'${i === 0 ? "" : "    "}${line}'`).join(" ");
  const script = `printf '%s\\n' ${quoted} > ${SERVICE_FILE} && exec /entrypoint.sh`;
  return { command: ["/bin/sh", "-c", script], configFile: SERVICE_FILE };
}

/**
 * Says that the router runs, not that it delivers: `/api/v1/health` would fail on every task at once when the intake
 * is out, and ECS would replace them all. curl is in the image since 3.0.1.
 * https://github.com/aws-samples/amazon-ecs-firelens-examples/tree/mainline/examples/fluent-bit/health-check
 */
export const HEALTH_COMMAND = ["CMD-SHELL", `curl -f http://127.0.0.1:${HTTP_PORT}/api/v1/uptime || exit 1`];
