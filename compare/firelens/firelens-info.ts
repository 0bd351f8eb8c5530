import type { Basis, PathInfo } from "../result.ts";
import { type FirelensProfile, PROFILES } from "./agent-config.ts";

/** What it is, before there is one. */
export function firelensInfo(profile: FirelensProfile, basis: Exclude<Basis, "mixed">): PathInfo {
  return {
    id: `firelens-${profile}`,
    kind: "firelens",
    title: PROFILES[profile].title,
    basis,
    stages: [
      { id: "buffer", title: "buffer and flush", basis },
      { id: "network", title: "network", basis: "measured" },
    ],
  };
}
