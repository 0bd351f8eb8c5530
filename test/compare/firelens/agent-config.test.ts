import { expect, test } from "vitest";
import {
  type LocalPlaces,
  outputOptions,
  PROFILES,
  renderAgentConfig,
  renderServiceFile,
  SERVICE,
  SOURCE,
  TAGS,
} from "../../../compare/firelens/agent-config.ts";
import { outputOptions as deployedOptions, GRACE_SECONDS } from "../../../infra/parts/fluent-bit.ts";
import { includedLines } from "../../../infra/parts/router-config.ts";

/** As in a task. */
const TASK: LocalPlaces = {
  socketFile: "/var/run/fluent.sock",
  forwardPort: 24224,
  healthPort: 8877,
  httpPort: 2020,
  bufferFolder: "/fluent-bit/buffer",
  serviceFile: "/fluent-bit/service.conf",
};
const TASK_ID = "0123456789abcdef0123456789abcdef";
const intake = { host: "127.0.0.1", port: 8080 };
const render = (profile: "as-documented" | "hardened") =>
  renderAgentConfig({ profile, taskId: TASK_ID, intake, places: TASK });

test("as documented, the configuration has what people copy, and nothing of ours", () => {
  expect(render("as-documented")).toBe(`
[INPUT]
    Name forward
    Mem_Buf_Limit 25MB
    unix_path /var/run/fluent.sock

[INPUT]
    Name forward
    Listen 127.0.0.1
    Port 24224

[INPUT]
    Name tcp
    Tag firelens-healthcheck
    Listen 127.0.0.1
    Port 8877

[FILTER]
    Name record_modifier
    Match *
    Record ecs_cluster comparison
    Record ecs_task_arn arn:aws:ecs:us-east-1:111122223333:task/comparison/0123456789abcdef0123456789abcdef
    Record ecs_task_definition comparison:1

[OUTPUT]
    Name null
    Match firelens-healthcheck

[OUTPUT]
    Name datadog
    Match app-firelens*
    Host 127.0.0.1
    TLS off
    apikey \${apikey_0}
    dd_service sidecarless-comparison
    dd_source ecs
    dd_tags env:comparison
    port 8080
    provider ecs
`);
});

test("hardened, it differs by the memory limit, the included file, and the options of the output", () => {
  const documented = render("as-documented").split("\n");
  const hardened = render("hardened").split("\n");
  expect(hardened.filter((line) => !documented.includes(line))).toEqual([
    "    Mem_Buf_Limit 64MB",
    "@INCLUDE /fluent-bit/service.conf",
    "    compress gzip",
    "    dd_message_key log",
    "    net.io_timeout 10s",
    "    retry_limit 6",
    "    storage.total_limit_size 1024M",
  ]);
  expect(documented.filter((line) => !hardened.includes(line))).toEqual(["    Mem_Buf_Limit 25MB"]);
  // Before the outputs.
  expect(hardened.indexOf("@INCLUDE /fluent-bit/service.conf")).toBeLessThan(hardened.indexOf("[OUTPUT]"));
});

/** What the construct's defaults are: memBufLimitMib and diskBufferMib. */
const DEPLOYED = { memBufLimitMib: 64, diskBufferMib: 1024 };

test.each([
  ["as-documented", "asDocumented"],
  ["hardened", "hardened"],
] as const)("%s has the options that the construct deploys", (local, deployed) => {
  const { Name, ...options } = deployedOptions({
    profile: deployed,
    ...intake,
    tls: false,
    service: SERVICE,
    source: SOURCE,
    tags: TAGS,
    diskBufferMib: DEPLOYED.diskBufferMib,
  });
  expect(Name).toBe("datadog");
  expect(outputOptions(local, intake)).toEqual(options);
});

test("hardened includes what the construct deploys: settings, and filters that join the pieces of long lines", () => {
  const lines = renderServiceFile("hardened", TASK).trimEnd().split("\n");
  expect(lines.map((line) => line.trim())).toEqual(includedLines(DEPLOYED));
});

test("hardened has the construct's limits, and its grace ends before SIGKILL comes", () => {
  const { memBufLimitMb, diskBufferMib, graceSeconds, stopTimeoutSeconds } = PROFILES.hardened;
  expect({ memBufLimitMib: memBufLimitMb, diskBufferMib }).toEqual(DEPLOYED);
  expect(graceSeconds).toBe(GRACE_SECONDS);
  expect(stopTimeoutSeconds).toBe(GRACE_SECONDS + 10);
  expect(PROFILES["as-documented"].graceSeconds).toBeLessThan(PROFILES["as-documented"].stopTimeoutSeconds);
});
