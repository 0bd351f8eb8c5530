import type { Result } from "../../result.ts";
import { formatNumber, plain } from "./format.ts";

/** Where, with what and how a run was made: names and values, in the order of a report. */
export function environmentRows({
  environment,
  settings,
  command,
  startedAt,
  endedAt,
  status,
  paths,
}: Result): [string, string][] {
  const { os, arch, cpuModel, cores, memoryMb, versions, region } = environment;
  return [
    ["Command", command],
    ["Started", startedAt],
    ["Ended", endedAt ?? `not yet (${status})`],
    ...(region === undefined ? [] : [["Region", region] as [string, string]]),
    ["Machine", `${os} on ${arch}, ${cores} × ${cpuModel}, ${formatNumber(memoryMb)} MB`],
    [
      "Versions",
      [
        `sidecarless ${versions.sidecarless}`,
        `Node.js ${versions.node}`,
        ...(versions.fluentBit === undefined ? [] : [`Fluent Bit ${versions.fluentBit}`]),
      ].join(", "),
    ],
    [
      "Load",
      `${formatNumber(settings.linesPerSecond)} lines a second of ${formatNumber(settings.lineBytes)} bytes on average, seed ${settings.seed}; forwarder with ${formatNumber(settings.forwarderMemoryMb)} MB`,
    ],
    ...paths.flatMap(({ title, optionsOf }) =>
      optionsOf === undefined ? [] : [[`Options of ${plain(title)}`, optionsOf] as [string, string]],
    ),
  ];
}
