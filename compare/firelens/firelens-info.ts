import type { Basis, PathInfo } from "../result.ts";
import { type FirelensProfile, isChanged, PROFILES, type SidecarChanges } from "./agent-config.ts";

/** What it is, before there is one. */
export function firelensInfo(
  profile: FirelensProfile,
  basis: Exclude<Basis, "mixed">,
  changes?: SidecarChanges,
): PathInfo {
  return {
    id: `firelens-${profile}`,
    kind: "firelens",
    title: PROFILES[profile].title + (isChanged(changes) ? ", with changes" : ""),
    basis,
    optionsOf: PROFILES[profile].source,
    stages: [
      { id: "buffer", title: "buffer and flush", basis },
      { id: "network", title: "network", basis: "measured" },
    ],
  };
}
