import type { KnownName } from "./known-name.ts";
import { KNOWN_NAMES } from "./known-names.ts";
import { compileName, type Parts } from "./name-pattern.ts";

export interface Names {
  readonly logGroup: string;
  readonly logStream: string;
}

export interface FoundName {
  readonly known: KnownName;
  readonly parts: Parts;
}

const COMPILED = KNOWN_NAMES.map((known) => ({
  known,
  readGroup: known.group === undefined ? undefined : compileName(known.group, true),
  readStream: known.stream === undefined ? undefined : compileName(known.stream),
}));

export function findKnownName({ logGroup, logStream }: Names): FoundName | undefined {
  const lower = logGroup.toLowerCase();
  for (const { known, readGroup, readStream } of COMPILED) {
    const ofGroup = readGroup?.(logGroup, lower);
    if (readGroup && !ofGroup) continue;
    const ofStream = readStream?.(logStream);
    if (readStream && !ofStream) continue;
    return { known, parts: { ...ofGroup, ...ofStream } };
  }
  return undefined;
}
