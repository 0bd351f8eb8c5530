import fc from "fast-check";
import { expect, test } from "vitest";
import { membersOf, rewriteMembers } from "../../../functions/forwarder/stages/json-members.ts";

const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\r"), maxLength: 3 });
const name = fc.oneof(fc.constantFrom("a", "b", "ddtags", '"', "\\", "}", "{,:", "", "é😀"), fc.string());
const member = fc.tuple(name, fc.oneof(fc.jsonValue(), fc.constantFrom("]},{[", '\\"', -1.5e300)));

/** The JSON of an object with white space wherever it may be, and names more than once. */
const spacedObject = fc
  .tuple(fc.array(member, { maxLength: 6 }), fc.array(space, { minLength: 40, maxLength: 40 }), fc.boolean())
  .map(([members, spaces, indent]) => {
    let used = 0;
    const gap = () => spaces[used++ % spaces.length] ?? "";
    const written = members.map(
      ([key, value]) =>
        `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${JSON.stringify(value, null, indent ? 2 : 0)}${gap()}`,
    );
    return { members, text: `${gap()}{${written.length > 0 ? written.join(",") : gap()}}${gap()}` };
  });

test("finds every member of any object, where it stands", () => {
  fc.assert(
    fc.property(spacedObject, ({ members, text }) => {
      const found = membersOf(text);
      expect(found?.map((one) => one.name)).toEqual(members.map(([key]) => key));
      for (const [i, { start, valueStart, end }] of (found ?? []).entries()) {
        expect(JSON.parse(`{${text.slice(start, end)}}`)).toEqual(
          JSON.parse(JSON.stringify(Object.fromEntries([members[i] ?? []]))),
        );
        expect(JSON.parse(text.slice(valueStart, end))).toEqual(JSON.parse(JSON.stringify(members[i]?.[1])));
      }
    }),
  );
});

test("what is left out is gone, and the rest as it was, in its order", () => {
  fc.assert(
    fc.property(spacedObject, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), ({ text }, keeps) => {
      const members = membersOf(text) ?? [];
      fc.pre(members.length > 0);
      const written = rewriteMembers(text, members, (one) =>
        keeps[members.indexOf(one)] ? text.slice(one.start, one.end) : undefined,
      );
      const kept = members.filter((_, i) => keeps[i]).map(({ start, end }) => text.slice(start, end));
      expect(membersOf(written)?.map(({ start, end }) => written.slice(start, end))).toEqual(kept);
    }),
  );
});

test("nothing left out is nothing changed", () => {
  fc.assert(
    fc.property(spacedObject, ({ text }) => {
      const members = membersOf(text) ?? [];
      fc.pre(members.length > 0);
      expect(rewriteMembers(text, members, ({ start, end }) => text.slice(start, end))).toBe(text);
    }),
  );
});

test.each(["", "x", "[1]", '"{}"', "1", '{"a":1', '{"a":1}}', '{"a":1} x', "{a:1}", '{"a":01}', 'x {"a":1}', "null"])(
  "%j is no object",
  (text) => {
    expect(membersOf(text)).toBeUndefined();
  },
);

test("no depth is too much", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const [first, second] = membersOf(`{"a":${deep},"b":1}`) ?? [];
  expect([first?.name, second?.name]).toEqual(["a", "b"]);
});
