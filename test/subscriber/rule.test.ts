import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLogGroupRule, selector } from "../../functions/subscriber/rule.ts";

describe("a rule's globs", () => {
  const names = fc.string({ unit: fc.constantFrom("/", "a", "b", "."), minLength: 1, maxLength: 8 });
  const globs = fc.array(fc.string({ unit: fc.constantFrom("/", "a", "b", ".", "*"), minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  });

  test("mean what a regular expression would, with * for any text", () => {
    const matches = (list: readonly string[], name: string) =>
      list.some((glob) => new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name));
    fc.assert(
      fc.property(globs, globs, names, (include, exclude, name) => {
        const expected = !matches(include, name) ? "notIncluded" : matches(exclude, name) ? "excluded" : "meant";
        expect(selector({ include, exclude }).byName(name)).toBe(expected);
      }),
    );
  });
});

describe("a rule's tags", () => {
  test.each([
    [["team"], { team: "" }, "meant"],
    [["team"], { Team: "shop" }, "tagsNotIncluded"],
    [["team=shop"], { team: "shop" }, "meant"],
    [["team=shop"], { team: "shop-api" }, "tagsNotIncluded"],
    [["team=shop-*"], { team: "shop-api" }, "meant"],
    [["env=prod", "team=shop"], { team: "shop", env: "dev" }, "meant"],
    [["team=a=b"], { team: "a=b" }, "meant"],
    [["toString"], {}, "tagsNotIncluded"],
    [[], {}, "meant"],
  ])("%j with %j: %s", (includeTags, tags, expected) => {
    expect(selector({ include: ["*"], includeTags }).byTags(tags)).toBe(expected);
  });

  test("leave out what has one that is excluded, whatever else it has", () => {
    const { byTags } = selector({ include: ["*"], includeTags: ["team"], excludeTags: ["logs=off"] });
    expect(byTags({ team: "shop", logs: "off" })).toBe("tagsExcluded");
    expect(byTags({ team: "shop", logs: "on" })).toBe("meant");
  });
});

describe("a rule that is not right is told, whole, with what to do", () => {
  test.each<[unknown, string[]]>([
    [undefined, ['The rule must be an object, such as {"include": ["/ecs/*"]}.']],
    ["not json", ['The rule must be an object, such as {"include": ["/ecs/*"]}.']],
    [{}, ['include must be a list of texts, such as ["/ecs/*"].']],
    [{ include: [] }, ["include is empty: name what is to be subscribed, such as /ecs/*."]],
    [
      { include: ["/ecs/{a,b}", 7], excludes: [] },
      [
        "excludes is no part of a rule; there are include, exclude, includeTags, excludeTags.",
        'include, item 1, must be a log group\'s name, in which * stands for any text and nothing else is special: give each alternative as an item of its own; it is "/ecs/{a,b}".',
        "include, item 2, must be a log group's name, in which * stands for any text and nothing else is special: give each alternative as an item of its own; it is 7.",
      ],
    ],
    [
      { include: ["*"], excludeTags: ["=off"] },
      ['excludeTags, item 1, must be a tag of log groups: team, team=shop or team=shop-*; it is "=off".'],
    ],
    [
      { include: ["/ecs/*", "/sidecarless/*"] },
      [
        "include: /sidecarless/* can only match log groups of sidecarless's own functions. Each delivery would write a line there, and cause the next one, so they are never subscribed. Take it out.",
      ],
    ],
    [
      { include: ["/ecs/*", "/a"], exclude: ["/*"] },
      ["exclude takes away all that include names (/ecs/*, /a): nothing would be subscribed."],
    ],
  ])("%j", (value, problems) => {
    expect(parseLogGroupRule(value)).toEqual(problems);
  });

  test("and one that is right is itself", () => {
    const rule = { include: ["*", "/aws/lambda/*"], exclude: ["/aws/*"], includeTags: ["a=b"], excludeTags: [] };
    expect(parseLogGroupRule(rule)).toBe(rule);
  });
});
