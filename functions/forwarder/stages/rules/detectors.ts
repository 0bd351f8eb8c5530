import { detectAwsAccessKey } from "./detect/aws-access-key.ts";
import { detectAwsSecretKey } from "./detect/aws-secret-key.ts";
import { detectBearerToken } from "./detect/bearer-token.ts";
import { detectCard } from "./detect/card.ts";
import { detectDatadogKey } from "./detect/datadog-key.ts";
import { detectEmail } from "./detect/email.ts";
import { detectIpv4 } from "./detect/ipv4.ts";
import { detectIpv6 } from "./detect/ipv6.ts";
import { detectJwt, JWT_NEEDLES } from "./detect/jwt.ts";
import { emailsOfDatadog, ipv4OfDatadog } from "./detect/of-datadog.ts";
import { detectPrivateKey, PRIVATE_KEY_NEEDLES } from "./detect/private-key.ts";
import type { Detect } from "./detect/span.ts";
import type { DETECTORS_WITH_LOOKALIKES, DetectorName } from "./types.ts";

/**
 * The built-in detectors. They run on the language's own engine, ten times as fast as RE2 in JavaScript, and are
 * linear by their making: no place of a text is looked at more than a fixed number of times. Each says beside it
 * why. They are given a text with its escapes taken back; what stands around a secret does not hide it, except where
 * a detector says what would.
 */
export const DETECTORS: Readonly<Record<DetectorName, Detect>> = {
  email: detectEmail,
  ipv4: detectIpv4,
  ipv6: detectIpv6,
  "credit-card": detectCard,
  "aws-access-key": detectAwsAccessKey,
  "aws-secret-key": detectAwsSecretKey,
  jwt: detectJwt,
  "bearer-token": detectBearerToken,
  "datadog-api-key": detectDatadogKey,
  "private-key": detectPrivateKey,
};

/**
 * Those that leave something by what stands before it: `version%3D1.2.3.4`, `x-amz-id-2%3A…`. Before the escapes are taken back
 * they can't read that; so what they find then counts only where an escape may be none.
 */
export const NEEDS_CONTEXT: ReadonlySet<DetectorName> = new Set(["ipv4", "aws-secret-key"]);

/** What only looks like it, too: of these detectors, all that Datadog's forwarder takes for one. */
const LOOKALIKES: Readonly<Record<(typeof DETECTORS_WITH_LOOKALIKES)[number], Detect>> = {
  email: emailsOfDatadog,
  ipv4: ipv4OfDatadog,
};
export const WITH_LOOKALIKES: Readonly<Partial<Record<DetectorName, Detect>>> = LOOKALIKES;

/**
 * Texts one of which is in whatever a detector finds, however it is spelled; none if nothing of that kind is known. A text
 * without them need not even be read. Those of a private key are in the text that it begins in.
 */
export const DETECTOR_NEEDLES: Readonly<Record<DetectorName, readonly string[]>> = {
  // Percent-encoded, once or several times, and as an HTML entity.
  email: ["@", "%40", "%25", "&#", ";#", "&comm", ";comm"],
  // Dots, dashes and colons are in every line.
  ipv4: [],
  ipv6: [],
  "credit-card": [],
  "aws-access-key": ["AKIA", "ASIA", "ABIA", "ACCA"],
  "aws-secret-key": [],
  jwt: JWT_NEEDLES,
  "bearer-token": [],
  "datadog-api-key": [],
  "private-key": PRIVATE_KEY_NEEDLES,
};
