import os from "node:os";
import { VERSION } from "../../functions/version.ts";
import type { Environment } from "../result.ts";

const BYTES_PER_MB = 1024 * 1024;

/** Of the machine that this runs on. */
export function localEnvironment(fluentBit: string | undefined): Environment {
  return {
    os: `${os.type()} ${os.release()}`,
    arch: os.arch(),
    cpuModel: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / BYTES_PER_MB),
    versions: { sidecarless: VERSION, node: process.versions.node, ...(fluentBit && { fluentBit }) },
  };
}
