import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRecord } from "../../../../compare/record/record-text.ts";
import { writeReport } from "../../../../compare/report/write-report.ts";
import type { Result } from "../../../../compare/result.ts";
import { findChromium, NO_CHROMIUM, startChromium } from "../../../support/browser.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";
import { ALL_SILENT, MODELLED, WITH_NASTY_TEXT, WITHOUT_PHASES } from "../../../support/report-records.ts";

const chromium = findChromium();
if (chromium === undefined) console.warn(`Skipped: ${NO_CHROMIUM}`);

/** A browser takes its time on a busy machine. */
const STARTING_MS = 60_000;
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1_280, height: 900 };

const whole = comparisonResult();
/** As a run without options has it: one more sidecar, whose title is long. */
const [lambda, documented, ...others] = whole.paths;
const manual = documented && { ...documented, id: "firelens-manual", title: "FireLens, by the manual" };
const withManual = {
  ...whole,
  paths: [lambda, documented, manual, ...others].filter((path) => path !== undefined),
  phases: whole.phases.map((phase) => {
    const samples = phase.paths["firelens-as-documented"];
    return { ...phase, paths: { ...phase.paths, ...(samples && { "firelens-manual": samples }) } };
  }),
};

const PAGES: Readonly<Record<string, Result>> = {
  whole,
  withManual,
  modelled: MODELLED,
  silent: ALL_SILENT,
  nasty: WITH_NASTY_TEXT,
  empty: WITHOUT_PHASES,
  /** The run in docs/comparison.md. */
  documented: parseRecord(
    readFileSync(new URL("../../../../docs/comparison-run.jsonl", import.meta.url), "utf8"),
    "docs/comparison-run.jsonl",
  ),
};

describe.skipIf(chromium === undefined)("in Chromium", () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
    browser = await startChromium(chromium ?? "");
    for (const [name, result] of Object.entries(PAGES)) await writeReport(result, join(folder, name));
  }, STARTING_MS);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** What it asked for and complained of, too. */
  async function open(name: string, viewport: typeof PHONE, colorScheme: "light" | "dark" = "light") {
    const page = await browser.newPage({ viewport, colorScheme });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const url = pathToFileURL(join(folder, name, "report.html")).href;
    await page.goto(url);
    // Scripts of the page are one thing, what a test asks it another: strings, since there is no DOM to type them by.
    const evaluate = <T>(script: string) => page.evaluate(script) as Promise<T>;
    return { page, url, requests, complaints, evaluate };
  }

  describe.each(Object.keys(PAGES))("%s", (name) => {
    test.each([PHONE, DESKTOP])(
      "at $width px: asks for nothing else, complains of nothing, does not overflow",
      async (viewport) => {
        const { page, url, requests, complaints, evaluate } = await open(name, viewport);
        expect(await evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
        await evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        expect(await evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
        expect(await evaluate(OUTSIDE)).toEqual([]);
        expect(requests).toEqual([url]);
        expect(complaints).toEqual([]);
        await page.close();
      },
    );

    test.each(["light", "dark"] as const)("in %s, text and marks stand out from their ground", async (scheme) => {
      const { page, evaluate } = await open(name, DESKTOP, scheme);
      expect(await evaluate(FAINT)).toEqual([]);
      await page.close();
    });
  });

  test.each([PHONE, DESKTOP])(
    "at $width px, every drawing shows marks; no label is cut, too small, or over another",
    async (viewport) => {
      const { page, evaluate } = await open("whole", viewport);
      const drawings = await evaluate<{ label: string; marks: number; faults: string[] }[]>(DRAWINGS);
      expect(drawings).toHaveLength(25);
      for (const { label, marks, faults } of drawings) {
        expect(faults, label).toEqual([]);
        expect(marks, label).toBeGreaterThan(2);
      }
      await page.close();
    },
  );

  describe.each([PHONE, DESKTOP])("at $width px", (viewport) => {
    test.each([
      ["light", "whole"],
      ["dark", "whole"],
      ["light", "withManual"],
      ["dark", "withManual"],
    ] as const)("in %s, %s: the first screen has which path to take, dollars and the picture", async (scheme, name) => {
      const { page, evaluate } = await open(name, viewport, scheme);
      const parts = await evaluate<Record<string, { top: number; bottom: number; text: string }>>(FIRST_SCREEN);
      expect(parts.verdict?.text).toMatch(
        /^Take Lambda if .*Take FireLens hardened if .*Leave FireLens as documented, which lost/s,
      );
      expect(parts.dollars?.text).toMatch(/^~\$\d/);
      expect(parts.latency?.text).toMatch(/^~5\.96\ss/);
      for (const [name, { top, bottom }] of Object.entries(parts)) {
        expect(top, name).toBeGreaterThanOrEqual(0);
        expect(bottom, name).toBeLessThanOrEqual(viewport.height);
        expect(bottom - top, name).toBeGreaterThan(15);
      }
      await page.close();
    });
  });

  test.each(["withManual", "documented"])("on a phone nothing of the paths at a glance is cut: %s", async (name) => {
    const { page, evaluate } = await open(name, PHONE);
    const [needed = 0, given] = await evaluate<number[]>(
      `(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector(".score"))`,
    );
    expect(needed).toBeLessThanOrEqual(given ?? 0);
    await page.close();
  });

  test("on a phone the table of figures shows latency and loss without scrolling", async () => {
    const { evaluate } = await open("whole", PHONE);
    const right = await evaluate<number[]>(
      `[2, 3, 4].map((column) => document.querySelector("#figures ~ .scroll thead th:nth-child(" + column + ")").getBoundingClientRect().right)`,
    );
    for (const edge of right) expect(edge).toBeLessThanOrEqual(PHONE.width);
  });

  test("drawings are as wide as their cards", async () => {
    const { evaluate } = await open("whole", DESKTOP);
    const gaps = await evaluate<number[]>(
      `[...document.querySelectorAll("figure > svg")].filter((svg) => svg.checkVisibility()).map((svg) => svg.parentElement.clientWidth - svg.getBoundingClientRect().width)`,
    );
    expect(Math.max(...gaps)).toBeLessThan(20);
  });

  test("dark is dark, and light is light", async () => {
    const ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)";
    const [light, dark] = [await open("whole", PHONE, "light"), await open("whole", PHONE, "dark")];
    for (const value of await light.evaluate<number[]>(ground)) expect(value).toBeGreaterThan(230);
    for (const value of await dark.evaluate<number[]>(ground)) expect(value).toBeLessThan(40);
  });

  test("a table wider than a phone scrolls in its own box, by keyboard, too", async () => {
    const { evaluate } = await open("whole", PHONE);
    const boxes = "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth)";
    expect(await evaluate<number>(`${boxes}.length`)).toBeGreaterThan(1);
    expect(
      await evaluate(`${boxes}.every((box) => box.tabIndex === 0 && box.getAttribute('aria-label'))`),
    ).toBeTruthy();
  });
});

/** Where what decides stands, and what it says. */
const FIRST_SCREEN = `Object.fromEntries(Object.entries({
  verdict: document.querySelector(".verdict"),
  latency: document.querySelector(".score td"),
  dollars: document.querySelector(".score td:nth-child(4)"),
  picture: [...document.querySelectorAll(".picture > svg")].find((svg) => svg.checkVisibility()),
}).map(([name, element]) => {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return [name, { top, bottom: left < 0 || right > innerWidth ? Infinity : bottom, text: element.textContent }];
}))`;

/** Elements that reach over the page's edge and are not in a box that scrolls. */
const OUTSIDE = `[...document.querySelectorAll("main *")]
  .filter((element) => !element.closest(".scroll, svg") && element.getBoundingClientRect().right > innerWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 80))`;

/** Of each drawing: how many bars, lines and markers can be seen, and what is wrong with its text. */
const DRAWINGS = `[...document.querySelectorAll("figure > svg")].filter((svg) => svg.checkVisibility()).map((svg) => {
  const frame = svg.getBoundingClientRect();
  const seen = '[stroke^="var(--path"], [fill^="var(--path"], [fill^="var(--part"]';
  const marks = [...svg.querySelectorAll(seen)].filter((mark) => {
    const { width, height } = mark.getBoundingClientRect();
    return width + height > 1 && getComputedStyle(mark).opacity !== "0";
  });
  const texts = [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const zeros = texts.filter(({ text }) => text === "0");
  const faults = texts.flatMap(({ text, box }, index) => {
    const isCut = box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5;
    const over = texts.slice(index + 1).filter((other) =>
      Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 &&
      Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > box.height / 3);
    return [
      ...(isCut ? ["cut: " + text] : []),
      ...(box.height < 10 ? ["small: " + text + " " + box.height] : []),
      ...over.map((other) => text + " over " + other.text),
    ];
  });
  return { label: svg.getAttribute("aria-label"), marks: marks.length + zeros.length, faults };
})`;

/** Text with less than 4.5 to 1, and marks with less than 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const FAINT = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const contrast = (a, b) => {
    const [low, high] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = (element, color, least) =>
    contrast(color, groundOf(element)) < least ? [element.outerHTML.slice(0, 60) + " " + color] : [];
  const texts = [...document.querySelectorAll("h1, h2, h3, p, li, th, td, dt, dd, summary, code, strong, span, figcaption, a")]
    .filter((element) => element.textContent.trim() !== "");
  const drawn = [...document.querySelectorAll("svg text")];
  const marks = [...document.querySelectorAll('svg [stroke^="var(--path"], svg [fill^="var(--path"], svg [fill^="var(--part"]')];
  return [
    ...texts.flatMap((text) => faint(text, getComputedStyle(text).color, 4.5)),
    ...drawn.flatMap((text) => faint(text, getComputedStyle(text).fill, 4.5)),
    ...marks.flatMap((mark) => {
      const { stroke, fill } = getComputedStyle(mark);
      return faint(mark, fill !== "none" && mark.getAttribute("fill") !== "none" ? fill : stroke, 3);
    }),
  ];
})()`;
