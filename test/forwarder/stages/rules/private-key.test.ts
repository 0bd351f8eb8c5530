/** A private key does not leave, however its lines come: in one text, each as an event, or cut by `multiline`. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import type { RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";

const MARK = "[REDACTED:private-key]";
const LINES = [
  "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MpXn1mW3FQbX9pKt",
  "Vd4hJ7sLq0RzYc8uNwGiE2oTbAk6xPfM5jS3rQvUyWl1XnCzDgHtBe9KmZaO7pIL",
  "q8s4Zx+Wm2/Kd==",
];
const key = (kind: string, lines = LINES) => [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`];

const KINDS = [
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PGP PRIVATE KEY BLOCK",
];

function applied(messages: readonly string[], actions: RuleActions = {}): string[] {
  const given = { redact: ["private-key"], ...actions } as const;
  const rule = compileRules({ rules: [], default: given }).for({ logGroup: "g", logStream: "s" });
  const kept = applyRule(rule, indexOf(events(messages)), () => undefined);
  return [...kept].map(({ event, message }) => message ?? messageOf(event));
}

describe.each(KINDS)("a key of kind %s", (kind) => {
  it("goes as one text, and what stands around it stays", () => {
    expect(applied([`before\n${key(kind).join("\n")}\nafter`])).toEqual([`before\n${MARK}\nafter`]);
    expect(applied([JSON.stringify({ key: key(kind).join("\n"), ok: true })])).toEqual([`{"key":"${MARK}","ok":true}`]);
  });

  it("goes when each line is an event of its own, and lines after it stay", () => {
    const texts = applied(["starting", ...key(kind), "started", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn"]);
    expect(texts).toEqual(["starting", ...Array(5).fill(MARK), "started", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn"]);
  });

  it("goes when `maxLines` cuts it", () => {
    const multiline = { startPattern: "^start", maxLines: 2 };
    const texts = applied(["start", ...key(kind), "end"], { multiline });
    for (const line of LINES) expect(texts.join("\n")).not.toContain(line);
    expect(texts[0]).toBe(`start\n${MARK}`);
    expect(texts.at(-1)).toContain("end");
  });
});

describe("lines of a key as events", () => {
  const withPrefix = (prefix: string) => key("RSA PRIVATE KEY").map((line) => `${prefix}${line}`);

  it("go out of JSON around each with its newline, as Docker writes it, also a shorter last one", () => {
    const lines = [...LINES.slice(0, 2), "qeG0yqNbYVSUxwDPNy5XKDxe"];
    const texts = applied(
      key("PRIVATE KEY", lines).map((line) =>
        JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-11-22" }),
      ),
    );
    for (const line of lines) expect(texts.join("\n")).not.toContain(line);
    for (const text of texts) expect(JSON.parse(text)).toMatchObject({ stream: "stdout" });
  });

  it("go behind what a logger writes before them", () => {
    const texts = applied(withPrefix("2026-11-22T10:00:00.123Z stdout F "));
    for (const line of LINES.slice(0, 2)) expect(texts.join("\n")).not.toContain(line);
    expect(texts[1]).toBe(`2026-11-22T10:00:00.123Z stdout F ${MARK}`);
  });

  it("go out of JSON, which stays JSON", () => {
    const texts = applied(key("RSA PRIVATE KEY").map((line) => JSON.stringify({ log: `${line}\n`, stream: "stdout" })));
    expect(texts.map((text) => JSON.parse(text).stream)).toEqual(Array(5).fill("stdout"));
    for (const line of LINES.slice(0, 2)) expect(texts.join("\n")).not.toContain(line);
  });

  it("go with ordinary lines of another thread between, which stay", () => {
    const [begin = "", first = "", ...rest] = key("RSA PRIVATE KEY");
    const other = "2026-11-22 INFO GET /orders 200 trace=4bf92f3577b34da6a3ce929d0e0e4736";
    expect(applied([begin, first, other, ...rest])).toEqual([MARK, MARK, other, ...Array(3).fill(MARK)]);
  });

  it("go with headers and empty lines between, which tell nothing", () => {
    const lines = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,00", " ", ...LINES];
    expect(applied(key("RSA PRIVATE KEY", lines))).toEqual([MARK, ...lines.slice(0, 3), ...Array(4).fill(MARK)]);
  });

  it("go though the first one is filtered or sampled away", () => {
    expect(applied(key("RSA PRIVATE KEY"), { exclude: "BEGIN" })).toEqual(Array(4).fill(MARK));
    expect(applied(key("RSA PRIVATE KEY"), { exclude: ["BEGIN", "END"] })).toEqual(Array(3).fill(MARK));
  });

  it("go though the rule has needles that only the first one holds", () => {
    const texts = applied(key("RSA PRIVATE KEY"), { redact: ["private-key", "email"] });
    expect(texts).toEqual(Array(5).fill(MARK));
  });

  it("are left alone when no key was begun, or so long ago that it has ended unseen", () => {
    expect(applied(LINES)).toEqual(LINES);
    const others = Array.from({ length: 30 }, (_, i) => `GET /orders/${i} 200`);
    const texts = applied(["-----BEGIN RSA PRIVATE KEY-----", ...others, ...LINES]);
    expect(texts.slice(1)).toEqual([...others, ...LINES]);
  });

  it("are not followed from one delivery into the next", () => {
    expect(applied(["-----BEGIN RSA PRIVATE KEY-----"])).toEqual([MARK]);
    expect(applied(LINES)).toEqual(LINES);
  });

  it("go before an end whose beginning was in the delivery before, if they stand in one text with it", () => {
    const end = "-----END RSA PRIVATE KEY-----";
    const texts = applied([[...LINES, end, "after"].join("\n")]);
    expect(texts).toEqual([`${MARK}\n${MARK}\nafter`]);
  });
});

describe("texts about keys", () => {
  it.each([
    "expected -----BEGIN PRIVATE KEY----- in the file",
    'no line starts with "-----BEGIN RSA PRIVATE KEY-----"',
    "between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY----- there is nothing",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
  ])("stay: %s", (text) => {
    expect(applied([text, "done", "OK"])).toEqual([text, "done", "OK"]);
  });
});

it("no line of 16 characters and more leaves, however the key is split into events", () => {
  const base64 = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"];
  const line = fc
    .string({ unit: fc.constantFrom(...base64), minLength: 61, maxLength: 61 })
    .map((text) => `aZ9${text}`);
  const split = fc.array(fc.nat(6), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      split,
      fc.constantFrom(...KINDS),
      (lines, sizes, kind) => {
        const all = key(kind, lines);
        const messages: string[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const size = 1 + (sizes[i % sizes.length] as number);
          messages.push(all.slice(at, at + size).join("\n"));
          at += size;
        }
        const left = applied(messages).join("\n");
        for (const one of lines) expect(left).not.toContain(one.slice(0, 16));
      },
    ),
    { numRuns: 300 },
  );
});
