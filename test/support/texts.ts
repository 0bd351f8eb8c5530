import fc from "fast-check";

/** Pieces that break careless code: NUL, escapes of JSON, 2 to 4 bytes of UTF-8, halves of a pair, line ends. */
const AWKWARD = ["a", "\0", '"', "\\", "é", "日", "😀", "\ud83d", "\ude00", "\ufeff", "\u2028", "\r", "\n"];

/** Any text that JSON can carry, not all of it well formed. */
export const anyText = (limits: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.oneof(fc.string({ ...limits, unit: "binary" }), awkwardText(limits));

export const awkwardText = (limits: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ ...limits, unit: fc.constantFrom(...AWKWARD) });
