import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanTag, keyOf, MAX_TAG_CHARACTERS, tag } from "../../../functions/forwarder/stages/tags.ts";
import { anyText } from "../../support/texts.ts";

describe("a cleaned tag", () => {
  it.each([
    ["env:prod", "env:prod"],
    ["Env:PROD", "env:prod"],
    ["  team:core  ", "team:core"],
    ["team:shop & pay", "team:shop___pay"],
    ["a,b", "a_b"],
    ["path:/usr/bin-1.2_x", "path:/usr/bin-1.2_x"],
    ["1st:place", "st:place"],
    ["_:-hidden", "hidden"],
    ["url:http://x:", "url:http://x"],
    ["key:::", "key"],
    ["città:łódź", "città:łódź"],
    ["名前:値", "名前:値"],
    ["mood:😀", "mood:_"],
    ["half:\ud83d", "half:_"],
    ["İ:ΑΣ", "i_:ας"],
    ["1234", ""],
    ["😀", ""],
    ["", ""],
    ["x".repeat(300), "x".repeat(200)],
    [`${"x".repeat(199)}:value`, "x".repeat(199)],
    ["𠮷".repeat(300), "𠮷".repeat(200)],
  ])("%j becomes %j", (given, expected) => {
    expect(cleanTag(given)).toBe(expected);
  });

  it("has the form that Datadog asks for, or is empty", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), (text) => {
        expect(cleanTag(`k${text}`)).toMatch(/^\p{L}[\p{L}\p{N}_\-:./]*$/u);
        expect(cleanTag(text)).toMatch(/^(\p{L}[\p{L}\p{N}_\-:./]*)?(?<!:)$/u);
        expect([...cleanTag(text.repeat(9))].length).toBeLessThanOrEqual(MAX_TAG_CHARACTERS);
      }),
    );
  });

  it("does not change when cleaned again", () => {
    const colons = fc.string({ unit: fc.constantFrom("a", ":", "1", " ", "İ", "Σ"), minLength: 190, maxLength: 210 });
    fc.assert(
      fc.property(fc.oneof(anyText(), colons), (text) => {
        expect(cleanTag(cleanTag(text))).toBe(cleanTag(text));
      }),
    );
  });
});

it.each([
  ["env:prod", "env"],
  ["role:database:mysql", "role"],
  ["flag", "flag"],
  ["", ""],
])("the key of %j is %j", (cleaned, key) => {
  expect(keyOf(cleaned)).toBe(key);
});

it("makes no tag of a value that is not known", () => {
  expect(tag("env", "prod")).toEqual(["env:prod"]);
  expect(tag("env", undefined)).toEqual([]);
  expect(tag("env", "")).toEqual([]);
});
