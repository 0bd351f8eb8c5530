import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packColumn, unpackColumn } from "../../../compare/record/columns.ts";

const throughJson = (column: readonly (number | null)[]) =>
  unpackColumn(JSON.parse(JSON.stringify(packColumn(column))));

describe("what lines have in common is kept once", () => {
  test.each<[string, (number | null)[], unknown]>([
    ["due every 5 ms", [0, 5, 10, 15], [[0, 4, 5]]],
    ["due every tenth of a millisecond", [0, 0.1, 0.2, 0.3], [[0, 4, 0.1]]],
    ["all in one request", [812.3, 812.3, 812.3], [[812.3, 3]]],
    ["waiting for one flush", [20, 15, 10, 7, 2.5], [[20, 3, -5], 7, 2.5]],
    ["lost", [1, null, null, null, 2, null], [1, [null, 3], 2, null]],
    ["nothing in common", [3, 1, 4], [3, 1, 4]],
    ["none", [], []],
  ])("%s", (_what, column, packed) => {
    expect(packColumn(column)).toEqual(packed);
    expect(throughJson(column)).toEqual(column);
  });
});

test("every column comes back as it was, to the last digit", () => {
  const time = fc.oneof(
    fc.constantFrom(0, 5, 10, 0.1, 0.3, 1e12),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.constant(null),
  );
  const run = fc
    .tuple(fc.integer({ min: -9_999, max: 99_999 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: -60, max: 60 }))
    .map(([first, count, step]) => Array.from({ length: count }, (_, i) => (first + i * step) / 10));
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          time.map((value) => [value]),
          run,
        ),
      ),
      (parts) => {
        const column = parts.flat();
        expect(throughJson(column)).toEqual(column);
      },
    ),
  );
});

test.each([
  [{}],
  [null],
  ["1"],
  [["1"]],
  [[[1, 0]]],
  [[[1, -2]]],
  [[[1, 1.5]]],
  [[[1]]],
  [[[1, 2, "3"]]],
  [[[1, 1e12]]],
])("is no column: %j", (packed) => {
  expect(unpackColumn(packed)).toBeUndefined();
});
