/** A part of a text: from `start` up to, without it, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where secrets of one kind lie in a text; the spans may overlap. Linear time, whatever the text. */
export type Detect = (text: string) => readonly Span[];
