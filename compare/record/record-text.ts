import { type PathSamples, type Phase, RESULT_SCHEMA, RESULT_VERSION, type Result, ResultError } from "../result.ts";
import { type PackedColumn, packColumn, toTenth, unpackColumn } from "./columns.ts";

/** A path's samples as a record has them. Those of version 1 have plain columns, and `arrivedMs`. */
type PackedSamples = Omit<PathSamples, "arrivedMs" | "stagesMs" | "duplicates"> & {
  readonly stagesMs: Readonly<Record<string, PackedColumn>>;
  readonly duplicates: PackedColumn;
} & (
    | { readonly arrivedMs: PackedColumn }
    /** Arrival without the time at which the line was due and its stages: mostly 0, so that the column is short. */
    | { readonly besideStagesMs: PackedColumn }
  );

/** A record as JSON, about a twentieth of what its columns would be if they were written out. */
export const recordText = (result: Result): string =>
  `${JSON.stringify({
    ...result,
    phases: result.phases.map((phase) => ({
      ...phase,
      dueMs: packColumn(phase.dueMs),
      paths: eachOf(phase.paths, (samples) => packSamples(samples, phase.dueMs)),
    })),
  })}\n`;

function packSamples({ arrivedMs, ...samples }: PathSamples, dueMs: readonly number[]): PackedSamples {
  const spent = timesSpent(dueMs, samples.stagesMs);
  const beside = arrivedMs.map((arrived, line) => (arrived === null ? null : toTenth(arrived - (spent[line] ?? 0))));
  const isExact = arrivedMs.every((arrived, line) => arrived === sumOf(beside[line], spent[line]));
  return {
    ...samples,
    ...(isExact ? { besideStagesMs: packColumn(beside) } : { arrivedMs: packColumn(arrivedMs) }),
    stagesMs: eachOf(samples.stagesMs, packColumn),
    duplicates: packColumn(samples.duplicates),
  };
}

/** When each line was due, and what its stages took. */
const timesSpent = (dueMs: readonly number[], stagesMs: PathSamples["stagesMs"]): number[] => {
  const columns = Object.values(stagesMs);
  return dueMs.map((due, line) => columns.reduce((sum, column) => sum + (column[line] ?? 0), due));
};

const sumOf = (beside: number | null | undefined, spent = 0) => (beside == null ? null : toTenth(beside + spent));

/**
 * A result from the text of its file, of this version or an earlier one.
 * @throws ResultError if it is none, is damaged, or of a version that this program does not know.
 */
export function parseRecord(text: string, file: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultError(`${file} is not JSON: it is cut off, or not a result of "compare".`, { cause: error });
  }
  const { schema, version } = (value ?? {}) as { schema?: unknown; version?: unknown };
  if (schema !== RESULT_SCHEMA) throw new ResultError(`${file} is no result of "compare local" or "compare aws".`);
  if (version !== RESULT_VERSION && version !== PLAIN_VERSION) {
    throw new ResultError(
      `${file} has version ${String(version)}; this program reads ${PLAIN_VERSION} and ${RESULT_VERSION}. Run the comparison again, or report it with the version that wrote it.`,
    );
  }
  const record = value as PackedRecord;
  if (![record.paths, record.phases, record.warnings].every(Array.isArray)) {
    throw damaged(file, "paths, phases or warnings are missing");
  }
  const known = new Set(record.paths.map(({ id }) => id));
  const phases = record.phases.map((phase) => {
    const unpacked = unpackPhase(phase, known);
    if (typeof unpacked === "string") throw damaged(file, unpacked);
    return unpacked;
  });
  return { ...record, version: RESULT_VERSION, phases };
}

/** Its columns are plain; all it lacks are fields that may be left out. Void phases were not marked yet. */
const PLAIN_VERSION = 1;

type PackedRecord = Omit<Result, "phases"> & { readonly phases: readonly PackedPhase[] };
type PackedPhase = Omit<Phase, "dueMs" | "paths"> & { readonly dueMs: unknown; readonly paths: unknown };

const damaged = (file: string, problem: string) => new ResultError(`${file} is damaged: ${problem}.`);

/** Or what is wrong: enough for a report not to fail halfway. */
function unpackPhase(phase: PackedPhase, known: ReadonlySet<string>): Phase | string {
  const dueMs = unpackColumn(phase.dueMs);
  if (!dueMs || !isFull(dueMs) || typeof phase.paths !== "object") return `phase ${phase.id} has no samples`;
  const paths: Record<string, PathSamples> = {};
  for (const [id, packed] of Object.entries((phase.paths ?? {}) as Record<string, PackedSamples>)) {
    if (!known.has(id)) return `phase ${phase.id} has a path ${id} that is not described`;
    const samples = unpackSamples(packed, dueMs);
    if (!samples) return `phase ${phase.id}, path ${id}: columns are no columns, or differ in length`;
    paths[id] = samples;
  }
  return { ...phase, dueMs, paths };
}

function unpackSamples(packed: PackedSamples, dueMs: readonly number[]): PathSamples | undefined {
  const { stagesMs: packedStages, duplicates: packedDuplicates, ...others } = packed;
  const stages = Object.entries(packedStages ?? {}).map(([id, column]) => [id, unpackColumn(column)] as const);
  const duplicates = unpackColumn(packedDuplicates);
  const asLines = (column: (number | null)[] | undefined) => column?.length === dueMs.length;
  if (!duplicates || !isFull(duplicates) || !stages.every(([, column]) => asLines(column))) return undefined;
  const stagesMs = Object.fromEntries(stages) as PathSamples["stagesMs"];
  if ("arrivedMs" in others) {
    const arrivedMs = unpackColumn(others.arrivedMs);
    return arrivedMs && asLines(arrivedMs) ? { ...others, stagesMs, duplicates, arrivedMs } : undefined;
  }
  const { besideStagesMs, ...rest } = others;
  const beside = unpackColumn(besideStagesMs);
  if (!beside || !asLines(beside)) return undefined;
  const spent = timesSpent(dueMs, stagesMs);
  return { ...rest, stagesMs, duplicates, arrivedMs: beside.map((ms, line) => sumOf(ms, spent[line])) };
}

const isFull = (column: readonly (number | null)[]): column is number[] => column.every((value) => value !== null);

const eachOf = <From, To>(values: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value)]));
