/** What a line of the comparison's load says about itself, so that its arrival can be told without its text. */
export interface Marker {
  /** Of the run and its phase. */
  readonly run: string;
  /** Number of the line in it, from 0. */
  readonly seq: number;
  /** When the line was due to be written, Unix time in ms. */
  readonly dueMs: number;
}

/** As JSON or as plain text: `"run":"a1","seq":7,"dueMs":1795…` or `run=a1 seq=7 dueMs=1795…`. */
const MARKER = /\brun"?[=:]"?([\w.-]{1,64})"?[, ]"?seq"?[=:](\d{1,15})[, ]"?dueMs"?[=:](\d{1,15})/;
/** The marker is at the beginning of a line: the rest of a long one need not be searched. */
const WITHIN = 300;

/** The marker of a log's text; undefined if it has none, as other logs and the later pieces of a cut line. */
export function readMarker(text: unknown): Marker | undefined {
  const found = typeof text === "string" ? text.slice(0, WITHIN).match(MARKER) : undefined;
  return found ? { run: found[1] ?? "", seq: Number(found[2]), dueMs: Number(found[3]) } : undefined;
}
