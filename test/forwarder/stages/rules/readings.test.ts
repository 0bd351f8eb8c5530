import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readingsOf } from "../../../../functions/forwarder/stages/rules/readings.ts";

const hex = (sign: string, digits: number) => sign.charCodeAt(0).toString(16).padStart(digits, "0");
const isWord = (sign: string) => /[A-Za-z0-9]/.test(sign);
const plainly = (sign: string) => sign;
const FULL_WIDTH = 0xfee0;

/** Ways to write a printable character of ASCII. Percent signs and entities are for those that need them. */
const SPELLINGS: readonly ((sign: string) => string)[] = [
  plainly,
  plainly,
  (sign) => `\\u${hex(sign, 4)}`,
  (sign) => `\\\\u${hex(sign, 4).toUpperCase()}`,
  (sign) => (isWord(sign) ? sign : `%${hex(sign, 2)}`),
  (sign) => (isWord(sign) ? sign : `%25${hex(sign, 2).toUpperCase()}`),
  (sign) => (isWord(sign) ? sign : `&#${sign.charCodeAt(0)};`),
  (sign) => (isWord(sign) ? sign : `&#x${hex(sign, 2)};`),
  (sign) => (isWord(sign) ? sign : `&amp;#${sign.charCodeAt(0)};`),
  (sign) => (sign === " " ? "\u00a0" : String.fromCharCode(sign.charCodeAt(0) + FULL_WIDTH)),
  (sign) => `\u200b${sign}`,
];

/** None of these begins an escape. */
const SIGNS = [..."abcXYZ019@.:-_/=+ \"'()[]{},<>*#!?|~"];
const spelled = fc.array(fc.tuple(fc.constantFrom(...SIGNS), fc.constantFrom(...SPELLINGS)), { maxLength: 30 });

describe("a text with its escapes taken back", () => {
  it("is what was written, however each character is spelled", () => {
    fc.assert(
      fc.property(spelled, (signs) => {
        const text = signs.map(([sign, spelling]) => spelling(sign)).join("");
        expect(readingsOf(text)[0].text).toBe(signs.map(([sign]) => sign).join(""));
      }),
      { numRuns: 2_000 },
    );
  });

  it("knows where each part of it stands in the text as it came", () => {
    fc.assert(
      fc.property(spelled, fc.nat(), fc.nat(), (signs, from, length) => {
        fc.pre(signs.length > 0);
        const parts = signs.map(([sign, spelling]) => spelling(sign));
        const start = from % signs.length;
        const end = start + 1 + (length % (signs.length - start));
        const [reading] = readingsOf(parts.join(""));
        const original = reading.original({ start, end });
        const part = parts.join("").slice(original.start, original.end);
        // What has no width and stands before the first character may be taken or left.
        const strip = (text: string) => text.replace(/^\u200b/, "");
        expect(strip(part)).toBe(strip(parts.slice(start, end).join("")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same for any text of letters, and costs no second reading", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...SIGNS, "é", "注", "😀", "€", "’") }), (text) => {
        expect(readingsOf(text).map((reading) => reading.text)).toEqual([text]);
      }),
    );
  });
});

test.each<[string, ...string[]]>([
  ["100% of a&b; c & d", "100% of a&b; c & d"],
  ["a%20b", "a b", "a%20b"],
  ["%E2%80%93 %C2%A0 %C3%A9", "-   é", "%E2%80%93 %C2%A0 %C3%A9"],
  ["%252525", "%", "%252525"],
  ["%7B%5C%22a%5C%22%7D", '{"a"}', "%7B%5C%22a%5C%22%7D"],
  ["&lt;&#64;&gt;&nbsp;&unknown;&#9999999;", "<@> &unknown;&#9999999;"],
  ['{"a":"x\\n\\t\\"y\\""}', '{"a":"x\n\t"y""}'],
  ["C:\\new", "C:\new", "C:\\new"],
  ["[ERROR] C:\\new", "[ERROR] C:\new", "[ERROR] C:\\new"],
  ['["C:\\\\new\\n"]', '["C:\new\n"]'],
  ["\\\\\\\\\\", "\\\\\\\\\\"],
  ["\\xc2\\xa0\\x22\\x41", ' "\\x41', "\\xc2\\xa0\\x22\\x41"],
  ["%ff%fe", "%ff%fe"],
  ["\u001b[1;31mred\u001b[0m \u001b[2J", " red  \u001b[2J"],
  ['{"a":"\\u001b[36mb\\u001b[0m"}', '{"a":" b "}'],
  ["\\e[36mb\\033[0m", " b ", "\\e[36mb\\033[0m"],
  ["a\\xa0b", "a b", "a\\xa0b"],
  ["\\ud83d\\ude00", "😀", "\\ud83d\\ude00"],
])("%j may say %j", (text, ...readings) => {
  expect(readingsOf(text).map((reading) => reading.text)).toEqual(readings);
});
