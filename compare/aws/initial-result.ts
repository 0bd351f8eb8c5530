import { VERSION } from "../../functions/version.ts";
import { type Environment, RESULT_SCHEMA, RESULT_VERSION, type Result } from "../result.ts";
import type { Load } from "./options.ts";
import { firelensPath, LAMBDA_PATH } from "./phase.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import type { LoadService } from "./tasks.ts";

const CPU_UNITS_PER_CORE = 1_024;

/** The record before AWS was asked anything: which paths there are. */
export function initialResult(command: string, load: Partial<Load>, { firelensProfile }: StackOutputs): Result {
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    where: "aws",
    status: "running",
    startedAt: new Date().toISOString(),
    command,
    environment: environmentOf(undefined),
    settings: settingsOf(load),
    modelled: [],
    paths: [LAMBDA_PATH, firelensPath(firelensProfile)],
    phases: [],
    warnings: [],
  };
}

/** What AWS tells of the tasks before they start. @param region undefined: it is not known */
export function describedResult(
  load: Load,
  firelens: LoadService,
  region: string | undefined,
): Pick<Result, "environment" | "settings"> {
  const environment = { ...environmentOf(firelens), ...(region !== undefined && { region }) };
  return { environment, settings: settingsOf(load) };
}

function environmentOf(service: LoadService | undefined): Environment {
  const { runtimePlatform = {}, cpu = 0, memory = 0 } = service?.definition ?? {};
  const { cpuArchitecture = "X86_64", operatingSystemFamily = "LINUX" } = runtimePlatform;
  const image = service?.sidecar?.image;
  return {
    os: operatingSystemFamily.toLowerCase(),
    arch: cpuArchitecture.toLowerCase(),
    cpuModel: "AWS Fargate",
    cores: Number(cpu) / CPU_UNITS_PER_CORE,
    memoryMb: Number(memory),
    versions: {
      sidecarless: VERSION,
      node: process.version.slice(1),
      ...(image !== undefined && { fluentBit: image.slice(image.lastIndexOf("/") + 1) }),
    },
  };
}

/** The forwarder's memory is in its invocations: it is added when they have been read. */
const settingsOf = ({ seed = 0, linesPerSecond = 0, lineBytes = 0 }: Partial<Load>) => ({
  seed,
  linesPerSecond,
  lineBytes,
  quick: false,
  forwarderMemoryMb: 0,
});
