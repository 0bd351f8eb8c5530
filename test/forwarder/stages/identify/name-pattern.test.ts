import { expect, it } from "vitest";
import { compileName, fillIn } from "../../../../functions/forwarder/stages/identify/name-pattern.ts";

const read = (pattern: string, name: string, anyCase = false) => {
  const parts = compileName(pattern, anyCase)(name, name.toLowerCase());
  return parts && { ...parts };
};

it.each([
  ["/aws/x/<name>", "/aws/x/one/two", { name: "one" }],
  ["/aws/x/*/<name>/<kind>", "/aws/x/one/two/three/four", { name: "two", kind: "three" }],
  ["x-<name>-logs", "x-a-logs-b-logs-c", { name: "a-logs-b" }],
  ["/aws/x/<name>", "/aws/x/", { name: "" }],
  ["a.b", "a.bc", {}],
])("%s reads %s", (pattern, name, parts) => {
  expect(read(pattern, name)).toEqual(parts);
});

it.each([
  ["/aws/x/<name>", "/old/aws/x/one"],
  ["/aws/x/*/<name>", "/aws/x/one"],
  ["a.b", "aXb"],
  ["/AWS/x", "/aws/x"],
])("%s does not fit %s", (pattern, name) => {
  expect(read(pattern, name)).toBeUndefined();
});

it("takes upper and lower case for the same if asked to, and keeps what it reads as it is", () => {
  expect(read("/aws/X-<name>", "/AWS/x-One", true)).toEqual({ name: "One" });
});

it("fills in what was read, and nothing where a part is missing", () => {
  expect(fillIn("<a>:<b>", { a: "1", b: "2" })).toBe("1:2");
  expect(fillIn("fixed", {})).toBe("fixed");
  for (const parts of [{ a: "1" }, { a: "1", b: "" }, { a: "1", b: undefined }]) {
    expect(fillIn("<a>:<b>", parts)).toBeUndefined();
  }
  expect(fillIn(undefined, { a: "1" })).toBeUndefined();
});
