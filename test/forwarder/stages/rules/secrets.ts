/** Secrets of every kind the detectors know, and texts to stand around them. */
import fc from "fast-check";
import { hasCheckDigit } from "../../../../functions/forwarder/stages/rules/detect/check-digit.ts";
import type { DetectorName } from "../../../../functions/forwarder/stages/rules/types.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";
const base64Url = `${letters}${letters.toUpperCase()}0123456789-_`;
const stringOf = (characters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

const octet = fc.nat(255);
const withCheckDigit = (digits: string) => digits + [..."0123456789"].find((digit) => hasCheckDigit(digits + digit));
const card = fc
  .tuple(fc.constantFrom("4", "51", "2221", "6011"), stringOf("0123456789", 15), fc.constantFrom("", " ", "-"))
  .map(([first, rest, between]) =>
    (withCheckDigit((first + rest).slice(0, 15)).match(/.{4}/g) as string[]).join(between),
  );
const group = fc.nat(0xffff).map((n) => n.toString(16));
const ipv6 = fc.oneof(
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(":")),
  fc
    .tuple(fc.array(group, { minLength: 1, maxLength: 4 }), fc.array(group, { maxLength: 3 }))
    .map(([before, after]) => `2001:${before.join(":")}::${after.join(":")}`),
);
const jwt = fc
  .tuple(stringOf(base64Url, 16, 40), stringOf(base64Url, 4, 80), stringOf(base64Url, 0, 43))
  .map(([header, claims, signature]) => `eyJ${header}.eyJ${claims}.${signature}`);
const awsSecret = stringOf(`${base64Url.replace(/[-_]/g, "")}/+`, 37)
  // Not what looks like words, which chance makes once in a while.
  .filter((text) => (text.match(/[a-z]{3,}/g) ?? []).join("").length < 20)
  .map((text) => `${text}aZ9`);
const hex32 = stringOf("0123456789abcdef", 32);
const privateKey = fc
  .tuple(
    fc.constantFrom("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "),
    fc.array(stringOf(`${base64Url.replace(/[-_]/g, "")}/+`, 64), { minLength: 1, maxLength: 5 }),
    fc.constantFrom("\n", "\\n", "\r\n", " ", ""),
  )
  .map(([kind, lines, newline]) =>
    [`-----BEGIN ${kind}PRIVATE KEY-----`, ...lines, `-----END ${kind}PRIVATE KEY-----`].join(newline),
  );

/**
 * A secret, and which texts may not touch it: those with which it would be another thing, as its detector says.
 * `text` is what must not leave; `planted` is what is written, with the name that gives the secret away.
 */
export const SECRETS: Record<
  DetectorName,
  { secret: fc.Arbitrary<string>; before?: string; mayTouch: (before: string, after: string) => boolean }
> = {
  email: {
    secret: fc
      .tuple(
        stringOf(`${letters}0123456789._%+-`, 1, 20),
        stringOf(letters, 1, 12),
        fc.constantFrom("com", "co.uk", "example"),
      )
      .map(([local, host, tld]) => `${local}@${host}.${tld}`),
    // In JSON a letter after a backslash is not the address's own.
    mayTouch: (before) => !before.endsWith("\\"),
  },
  ipv4: {
    secret: fc.tuple(octet, octet, octet, octet).map((octets) => octets.join(".")),
    // More numbers make it an object identifier, and a product's name or a comparison before it a version.
    mayTouch: (before, after) =>
      !/(?:[<>~]=|~>|\^) ?$/.test(before) &&
      // Digits may make a year of its first number.
      !/\p{Nd}\.$|[a-z]\.[\d.]*$|[a-z]\S*\/[\d.]*$|:$|(?<![a-z])v$|20?$/iu.test(before) &&
      !/^\d*\.\d|^\d*10\./.test(after),
  },
  ipv6: {
    secret: ipv6,
    mayTouch: (before, after) =>
      !/[\w\\]$/.test(before) && !/^\w/.test(after) && !/[\w:.][:.]+$/.test(before) && !/^[:.]+[\w:.]/.test(after),
  },
  "credit-card": {
    secret: card,
    // Behind a number and a dot it is a fraction, and within many letters of hex an id.
    mayTouch: (before, after) =>
      !/\d$|\p{Nd}\P{L}?\.\P{L}?$|[\da-f]{8}-$/iu.test(before) && !/^\d/.test(after) && hexAround(before, after) < 5,
  },
  "aws-access-key": {
    secret: fc
      .tuple(fc.constantFrom("AKIA", "ASIA"), stringOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
      .map((parts) => parts.join("")),
    mayTouch: () => true,
  },
  "aws-secret-key": {
    secret: awsSecret,
    mayTouch: (before, after) => !/[A-Za-z0-9/+\\]$/.test(before) && !/^(?:[A-Za-z0-9/+]|\\\/)/.test(after),
  },
  jwt: { secret: jwt, mayTouch: () => true },
  "bearer-token": { secret: stringOf(`${base64Url}.~`, 24, 80), before: "Bearer ", mayTouch: () => true },
  "datadog-api-key": { secret: hex32, before: "DD-API-KEY: ", mayTouch: () => true },
  "private-key": { secret: privateKey, mayTouch: () => true },
};

/** Any text, and much of what confuses: parts of secrets, separators, escapes, other scripts. */
const confusing = fc.constantFrom(
  "@",
  ".",
  ":",
  "::",
  "-",
  "1",
  "4",
  "10.0.0.1",
  "AKIA",
  "eyJ",
  "eyJhbGciOiJIUzI1NiJ9.",
  "Bearer ",
  "bearer xxBearer ",
  "key=",
  "a",
  "Z",
  "/",
  "=",
  "\\n",
  '"',
  " ",
  "x@y.zz",
  "4111",
  "é",
  "😀",
  "secretAccessKey",
  "\n",
  "[REDACTED:jwt]",
  "%",
  "%25",
  "%40",
  "&",
  "&amp;",
  "&#64;",
  "\\",
  "\\u0040",
  "\u00a0",
  "\u200b",
  "\u0661",
  "\uff20",
  "PRIVATE KEY",
  "-----BEGIN PRIVATE KEY-----",
  "-----END RSA PRIVATE KEY-----",
);
export const surrounding = fc.oneof(
  { weight: 3, arbitrary: fc.array(confusing, { maxLength: 8 }).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
);

/** How many digits of hex touch what stands between the two texts. */
const hexAround = (before: string, after: string) =>
  (/[\da-f]*$/i.exec(before)?.[0].length ?? 0) + (/^[\da-f]*/i.exec(after)?.[0].length ?? 0);
