import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** From each node, those that it leads to directly. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** What is imported by a relative path: statically, dynamically, or as types only. */
const importsOf = (source: string) =>
  [...source.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.{1,2}\/[^"]+)"/g)].map(([, path = ""]) => path);

/** Which folders' files import files of which other folders. Paths with `/`, from the root. */
function foldersOf(files: readonly (readonly [path: string, source: string])[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [path, source] of files) {
    const folder = posix.dirname(path);
    const imported = graph.get(folder) ?? new Set();
    graph.set(folder, imported);
    for (const target of importsOf(source)) {
      const other = posix.dirname(posix.join(folder, target));
      if (other !== folder) imported.add(other);
    }
  }
  return graph;
}

/** Strongly connected components of more than one node: each holds a circle. */
function circlesIn(graph: Graph): string[][] {
  const reachable = new Map([...graph.keys()].map((node) => [node, reachableFrom(node, graph)]));
  const reaches = (from: string, to: string) => reachable.get(from)?.has(to) ?? false;
  const circles: string[][] = [];
  for (const node of [...graph.keys()].toSorted()) {
    if (circles.some((circle) => circle.includes(node))) continue;
    const circle = [...graph.keys()].filter((other) => reaches(node, other) && reaches(other, node));
    if (circle.length > 0) circles.push(circle.toSorted());
  }
  return circles;
}

function reachableFrom(start: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const next = [start];
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    for (const other of graph.get(node) ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      next.push(other);
    }
  }
  return found;
}

describe("folders import each other in one direction only", () => {
  const files = ["functions", "tools", "infra", "compare"].flatMap((top) =>
    globSync(`${top}/**/*.ts`, { cwd: ROOT }).map((file) => {
      const path = file.replaceAll("\\", "/");
      return [path, readFileSync(posix.join(ROOT, path), "utf8")] as const;
    }),
  );
  const graph = foldersOf(files);

  test("in functions/, tools/, infra/ and compare/", () => {
    expect(circlesIn(graph)).toEqual([]);
  });

  test("no import was misread: each is of a file that is there", () => {
    const known = new Set(files.map(([path]) => path));
    for (const [path, source] of files) {
      for (const target of importsOf(source)) {
        const file = posix.join(posix.dirname(path), target);
        expect(known.has(file), `${path} imports ${target}`).toBe(true);
      }
    }
    expect(graph.get("functions/forwarder")).toContain("functions/forwarder/stages");
    expect(graph.get("infra/constructs")).toContain("functions/records");
    expect(graph.get("compare/report/page")).toContain("compare/report/words");
  });
});

describe("circles between folders", () => {
  const file = (path: string, ...targets: string[]) =>
    [path, targets.map((target) => `import { x } from "${target}";\n`).join("")] as const;

  test("are found over any number of folders, and only those", () => {
    const files = [
      file("a/one.ts", "../b/one.ts"),
      file("b/one.ts", "./c/one.ts"),
      file("b/c/one.ts", "../../a/two.ts", "../../d/one.ts"),
      file("a/two.ts"),
      file("d/one.ts", "./two.ts"),
      file("d/two.ts", "./one.ts"),
      file("e/one.ts", "../f/one.ts"),
      file("f/one.ts", "../e/two.ts"),
      file("e/two.ts"),
    ];
    expect(circlesIn(foldersOf(files))).toEqual([
      ["a", "b", "b/c"],
      ["e", "f"],
    ]);
  });

  test("are found however the import is written", () => {
    const source = `import "./side/effect.ts";
import type { A } from "../types/a.ts";
import {
  b,
} from "../b.ts";
export { c } from "./c/c.ts";
const d = await import("./d/d.ts");
let e: typeof import("./e/e.ts");
import { s } from "node:fs";`;
    expect(importsOf(source)).toEqual([
      "./side/effect.ts",
      "../types/a.ts",
      "../b.ts",
      "./c/c.ts",
      "./d/d.ts",
      "./e/e.ts",
    ]);
  });
});
