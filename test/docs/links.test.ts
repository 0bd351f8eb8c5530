import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, PAGES, prose, ROOT } from "./markdown.ts";

describe.each(PAGES)("$path", (page) => {
  const links = [...prose(page).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  const inside = links.filter((target) => !/^[a-z]+:/.test(target));

  test("links to what is there", () => {
    const missing = inside.filter((target) => {
      const [path = ""] = target.split("#");
      return path !== "" && !existsSync(join(ROOT, dirname(page.path), path));
    });
    expect(missing).toEqual([]);
  });

  test("links to headings that are there", () => {
    const missing = inside.filter((target) => {
      const [path = "", anchor] = target.split("#");
      if (anchor === undefined || (path !== "" && !path.endsWith(".md"))) return false;
      const linked = path === "" ? page : PAGES.find((one) => one.path === normalize(join(dirname(page.path), path)));
      return linked === undefined || !anchorsOf(linked).has(anchor);
    });
    expect(missing).toEqual([]);
  });
});

test("every page of docs/ can be reached from its index", () => {
  const index = PAGES.find(({ path }) => path === "docs/README.md");
  const linked = [...(index?.text ?? "").matchAll(/\]\(([\w-]+\.md)/g)].map(([, name]) => `docs/${name}`);
  const others = PAGES.map(({ path }) => path).filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
  expect(others.filter((path) => !linked.includes(path))).toEqual([]);
});
