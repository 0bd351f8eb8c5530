// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so rules write groups.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { applyRule } from "../../../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../../../functions/forwarder/stages/rules/compile.ts";
import { DETECTORS } from "../../../../functions/forwarder/stages/rules/detectors.ts";
import { DETECTOR_NAMES, type Redact, type RuleActions } from "../../../../functions/forwarder/stages/rules/types.ts";
import { indexOf, messageOf } from "../../../../functions/records/event.ts";
import { events } from "../../../support/deliveries.ts";
import { SECRETS, surrounding } from "./secrets.ts";

/** The texts that go on, and how many of them were told to be redacted. */
function apply(actions: RuleActions, messages: readonly string[]) {
  const rule = compileRules({ rules: [], default: actions }).for({ logGroup: "g", logStream: "s" });
  let redacted = 0;
  const ruled = applyRule(rule, indexOf(events(messages)), (what, events) => {
    if (what === "redacted") redacted += events;
  });
  const kept = [...ruled];
  return { kept, texts: kept.map(({ event, message }) => message ?? messageOf(event)), redacted };
}
const redacted = (redact: readonly Redact[], message: string) => apply({ redact }, [message]).texts[0];

describe.each(DETECTOR_NAMES)("%s", (name) => {
  const { secret, before: naming = "", mayTouch } = SECRETS[name];

  it("never leaves a planted secret, whatever stands around it", () => {
    fc.assert(
      fc.property(surrounding, secret, surrounding, fc.subarray([...DETECTOR_NAMES]), (before, text, after, others) => {
        fc.pre(mayTouch(before + naming, after));
        const message = redacted([...others, name], before + naming + text + after);
        expect(message).not.toContain(text);
        // Nor a part of it that tells most: what is left is what stood around.
        const left = message?.split(/\[REDACTED:[\w-]+\]/).join("\u0000") ?? "";
        expect(left.length).toBeLessThanOrEqual(before.length + naming.length + after.length + count(message));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never leaves it in joined lines, however they are split", () => {
    fc.assert(
      fc.property(
        fc.array(surrounding, { maxLength: 5 }),
        secret,
        fc.array(surrounding, { maxLength: 5 }),
        fc.nat(4),
        (before, text, after, maxLines) => {
          const multiline = { startPattern: "^a", maxLines: maxLines + 1 };
          const { texts } = apply({ multiline, redact: [name] }, [...before, naming + text, ...after]);
          // Text of other lines follows a line's end, which touches no secret.
          expect(texts.join("\u0000")).not.toContain(text);
        },
      ),
    );
  });

  it("ends on a megabyte of what would make a backtracking engine go back", () => {
    const hostile = [
      "a",
      "1",
      "1.",
      "a@",
      "@",
      ":",
      "1:",
      "::",
      "4 ",
      "41-",
      "A",
      "AKIA",
      "eyJ",
      "eyJ.",
      "eyJaaaaaaaaaaaaaaaa.",
      "bearer",
      "bearer ",
      "key",
      "key=",
      "secretkey=",
      "a/",
      ".a",
      "a@b.",
      "=",
      " ",
      "ab@c.",
    ];
    for (const text of hostile) {
      const long = text.repeat(Math.ceil(1_000_000 / text.length));
      // Quadratic time would be hours.
      DETECTORS[name](`${long}!`);
    }
  });
});

const count = (message = "") => message.match(/\[REDACTED:/g)?.length ?? 0;

test("redacting twice changes nothing more", () => {
  const planted = fc
    .constantFrom(...DETECTOR_NAMES)
    .chain((name) => SECRETS[name].secret.map((secret) => (SECRETS[name].before ?? "") + secret));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(surrounding, planted), { maxLength: 6 }),
      fc.subarray([...DETECTOR_NAMES]),
      (parts, names) => {
        const once = redacted(names, parts.join("")) ?? "";
        expect(redacted(names, once)).toBe(once);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("JSON stays JSON, whatever is cut out of its texts", () => {
  // A private key that begins in one text and ends in another takes what stands between them.
  const names = DETECTOR_NAMES.filter((name) => name !== "private-key");
  const planted = fc
    .constantFrom(...names)
    .chain((name) => SECRETS[name].secret.map((secret) => (SECRETS[name].before ?? "") + secret));
  const value = fc.tuple(surrounding, planted, surrounding).map((parts) => parts.join(""));
  const nested = fc.oneof(value, fc.array(value, { maxLength: 3 }), fc.dictionary(surrounding, value, { maxKeys: 3 }));
  fc.assert(
    fc.property(fc.dictionary(surrounding, nested, { maxKeys: 3 }), fc.nat(2), (object, depth) => {
      let text = JSON.stringify(object);
      for (let i = 0; i < depth; i++) text = JSON.stringify({ log: text });
      let left = redacted(names, text) ?? "";
      for (let i = 0; i < depth; i++) left = JSON.parse(left).log;
      expect(() => JSON.parse(left)).not.toThrow();
    }),
    { numRuns: 1_000 },
  );
});

test.each<[name: string, redact: Redact[], text: string, result: string]>([
  ["an address", ["email"], "from bob.o'brien+x@mail.example.co.uk.", "from [REDACTED:email]."],
  ["its name stays", ["email"], "user=bob@x.com&a=1", "user=[REDACTED:email]&a=1"],
  ["an escape in JSON stays whole", ["email"], '{"m":"hi\\nbob@x.com"}', '{"m":"hi\\n[REDACTED:email]"}'],
  [
    "versions are no addresses",
    ["email"],
    "npm i pkg@1.2.3 @scope/pkg root@host",
    "npm i pkg@1.2.3 @scope/pkg root@host",
  ],
  ["IPv4 and port", ["ipv4"], "10.0.0.1:80, 1.2.3", "[REDACTED:ipv4]:80, 1.2.3"],
  [
    "IPv6 in brackets",
    ["ipv6"],
    "[2001:db8::1]:443 ip:fe80::1%eth0 ::1:",
    "[[REDACTED:ipv6]]:443 ip:[REDACTED:ipv6]%eth0 [REDACTED:ipv6]:",
  ],
  [
    "times and names are no IPv6",
    ["ipv6"],
    "10:00:00 Foo::Bar Face::Bed c10::Error std::map",
    "10:00:00 Foo::Bar Face::Bed c10::Error std::map",
  ],
  ["IPv6 after an escaped line's end", ["ipv6"], "a\\nfe80::1", "a\\n[REDACTED:ipv6]"],
  ["cards", ["credit-card"], "4111 1111 1111 1111, 378282246310005", "[REDACTED:credit-card], [REDACTED:credit-card]"],
  ["a card after other digits", ["credit-card"], "12 4111-1111-1111-1111 99", "12 [REDACTED:credit-card] 99"],
  ["a wrong check digit", ["credit-card"], "4111111111111112", "4111111111111112"],
  ["trace ids are no cards", ["credit-card"], "trace_id=17953661230041111111", "trace_id=17953661230041111111"],
  [
    "a named secret key",
    ["aws-secret-key"],
    '"SecretAccessKey": "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"',
    '"SecretAccessKey": "[REDACTED:aws-secret-key]"',
  ],
  [
    "hashes are no secret keys",
    ["aws-secret-key", "datadog-api-key"],
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  ],
  [
    "the word Bearer",
    ["bearer-token"],
    "Authorization: Bearer abc.def-123 sent",
    "Authorization: Bearer [REDACTED:bearer-token] sent",
  ],
  ["Bearer in prose", ["bearer-token"], "bearer authentication failed", "bearer authentication failed"],
  [
    "Datadog's keys",
    ["datadog-api-key"],
    `api_key=${"0a".repeat(16)} trace ${"0b".repeat(16)}`,
    `api_key=[REDACTED:datadog-api-key] trace ${"0b".repeat(16)}`,
  ],
  ["another replacement", [{ detector: "ipv4", replacement: "x.x" }], "to 10.0.0.1", "to x.x"],
  ["an own pattern", [{ pattern: "\\d+" }], "a 1 b 22", "a [REDACTED] b [REDACTED]"],
  ["groups stay", [{ pattern: "(pw=)\\w+(;)", replacement: "$1*$$*${2}" }], "pw=abc; pw=x;", "pw=*$*; pw=*$*;"],
  ["a named group", [{ pattern: "(?<key>pw=)\\w+", replacement: "${key}" }], "pw=abc x", "pw= x"],
  ["nothing instead", [{ pattern: "secret ", replacement: "" }], "a secret b", "a b"],
  ["overlapping finds", [{ pattern: "u=\\S+", replacement: "U" }, "email"], "u=bob@x.com, y", "U y"],
  [
    "a kept group another detector finds",
    [{ pattern: "(user \\S+) pw \\S+", replacement: "$1 pw *" }, "email"],
    "user bob@x.com pw 1",
    "user [REDACTED:email] pw *",
  ],
])("%s", (_, redact, text, result) => {
  expect(redacted(redact, text)).toBe(result);
});

test("redacted events are counted, others stay the bytes they came as", () => {
  // The last is read, since it has the sign of an address; but nothing in it is one.
  const { kept, redacted } = apply({ redact: ["email"] }, ["bob@x.com", "fine", "@ home"]);
  expect(redacted).toBe(1);
  expect(kept.map(({ message }) => message)).toEqual(["[REDACTED:email]", undefined, undefined]);
  expect(kept.map(({ event }) => messageOf(event))).toEqual(["bob@x.com", "fine", "@ home"]);
});
