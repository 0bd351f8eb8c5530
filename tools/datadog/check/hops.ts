import { styleText } from "node:util";
import { TERMINAL_WIDTH, wrapText } from "../../wrap-text.ts";

/** What is checked, in the order of a log's way, and what each is called. */
export const HOPS = {
  apiKey: "API key",
  clock: "clock",
  appKey: "application key",
  intake: "intake",
  sent: "log sent",
  function: "function",
  logGroup: "log group",
  subscription: "subscription",
  put: "log put",
  invoked: "invocation",
  forwarded: "forwarded",
  found: "log found",
  arrived: "as it was sent",
  cleanup: "cleaned up",
} as const;

export type HopName = keyof typeof HOPS;

export interface Hop {
  readonly name: HopName;
  /** A warning is worth a look, and fails nothing. */
  readonly outcome: "ok" | "warning" | "failed" | "skipped";
  /** What was seen. */
  readonly said: string;
  /** What to do about it. */
  readonly advice?: readonly string[];
}

export type Hops = ReturnType<typeof openHops>;

/** Collects what was seen. @param print shows each at once; undefined: nobody looks */
export function openHops(print: ((text: string) => void) | undefined) {
  const all: Hop[] = [];
  const add = (name: HopName, outcome: Hop["outcome"], said: string, ...advice: readonly string[]): void => {
    const hop: Hop = { name, outcome, said, ...(advice.length > 0 && { advice }) };
    all.push(hop);
    print?.(renderHop(hop));
  };
  return { all: all as readonly Hop[], add, failed: () => all.some(({ outcome }) => outcome === "failed") };
}

const MARKS = {
  ok: styleText("green", "ok  "),
  warning: styleText("yellow", "note"),
  failed: styleText("red", "FAIL"),
  skipped: styleText("dim", "-   "),
} as const satisfies Record<Hop["outcome"], string>;

const TITLE_WIDTH = Math.max(...Object.values(HOPS).map((title) => title.length));
const INDENT = "ok    ".length + TITLE_WIDTH + 2;

function renderHop({ name, outcome, said, advice = [] }: Hop): string {
  const lines = wrapText(said, { width: TERMINAL_WIDTH - INDENT, longWords: "cut" });
  const first = `${MARKS[outcome]}  ${HOPS[name].padEnd(TITLE_WIDTH)}  ${lines[0] ?? ""}`;
  const more = lines.slice(1).map((line) => `${" ".repeat(INDENT)}${line}`);
  const advised = advice.flatMap((text) =>
    wrapText(text, { width: TERMINAL_WIDTH - "      → ".length, longWords: "cut" }).map(
      (line, i) => `      ${i === 0 ? "→" : " "} ${line}`,
    ),
  );
  return `${[first, ...more, ...advised].join("\n")}\n`;
}
