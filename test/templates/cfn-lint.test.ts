import { expect, test } from "vitest";
import { judge, parseFindings } from "./cfn-lint.ts";

const exception = { rule: "E3006", message: /'AWS::Lambda::Url' does not exist/, reason: "none here" };
const finding = {
  rule: "E3006",
  message: "Resource type 'AWS::Lambda::Url' does not exist in 'us-gov-west-1'",
  file: "a.template.json",
  path: "Resources/Url",
};

test("an exception excuses its rule with its message, and nothing else", () => {
  const other = { ...finding, message: "Resource type 'AWS::Logs::AccountPolicy' does not exist in 'cn-north-1'" };
  const otherRule = { ...finding, rule: "E3002" };
  expect(judge([finding, other, otherRule], [exception])).toEqual({ faults: [other, otherRule], unused: [] });
});

test("an exception that nothing needs is found", () => {
  expect(judge([], [exception])).toEqual({ faults: [], unused: [exception] });
});

test("reads what cfn-lint writes", () => {
  const output = JSON.stringify([
    {
      Rule: { Id: "E3006" },
      Message: finding.message,
      Filename: "a.template.json",
      Location: { Path: ["Resources", "Url"] },
    },
  ]);
  expect(parseFindings(output)).toEqual([finding]);
  expect(parseFindings("[]")).toEqual([]);
});

test("an error of cfn-lint's own does not pass for nothing found", () => {
  expect(() => parseFindings("Traceback (most recent call last):\nKeyError: 'x'")).toThrow("KeyError: 'x'");
});
