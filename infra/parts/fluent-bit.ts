/** What containers and health check say to Fluent Bit, and its images. */

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
export const HTTP_PORT = 2020;

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
 * Says that the router runs, not that it delivers: `/api/v1/health` would fail on every task at once when the intake
 * is out, and ECS would replace them all. curl is in the image since 3.0.1.
 * https://github.com/aws-samples/amazon-ecs-firelens-examples/tree/mainline/examples/fluent-bit/health-check
 */
export const HEALTH_COMMAND = ["CMD-SHELL", `curl -f http://127.0.0.1:${HTTP_PORT}/api/v1/uptime || exit 1`];
