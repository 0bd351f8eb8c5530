import type { PathInfo, Phase, Repeat } from "../result.ts";
import { latencyOf } from "../stats/summarise.ts";

/** Runs of one phase, each with other paths, as one. Those that were cut short have other lines: only the first may be. */
export function mergePaths(
  parts: readonly Phase[],
  infos: readonly Pick<PathInfo, "id" | "title">[],
): Phase | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const whole = parts.filter(({ dueMs }) => dueMs.length === first.dueMs.length);
  const why = oneReason(
    whole.filter((part) => part.void),
    infos,
  );
  return {
    ...first,
    ...(why.length > 0 && { void: why }),
    paths: Object.assign({}, ...whole.map(({ paths }) => paths)),
  };
}

/** A busy machine is one cause, whatever ran meanwhile: the other paths are named, and have their own reasons. */
function oneReason([first, ...others]: readonly Phase[], infos: Parameters<typeof mergePaths>[1]): readonly string[] {
  if (!first?.void) return [];
  const ids = others.flatMap(({ paths }) => Object.keys(paths));
  const titles = ids.map((id) => infos.find((info) => info.id === id)?.title ?? id);
  return titles.length === 0 ? first.void : [`${first.void.join(" ")} Void for the same cause: ${titles.join("; ")}.`];
}

/** What another run of a phase leaves in the record. */
export function asRepeat(phase: Phase, seed: number): Repeat {
  const known = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? null : value);
  return {
    seed,
    ...(phase.void && { void: phase.void }),
    paths: Object.fromEntries(
      Object.entries(phase.paths).map(([id, samples]) => {
        const lost = samples.arrivedMs.filter((ms) => ms === null).length;
        const times = latencyOf(phase, samples);
        return [id, { sent: samples.arrivedMs.length, lost, p50: known(times?.p50), p99: known(times?.p99) }];
      }),
    ),
  };
}
