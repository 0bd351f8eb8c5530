import { CLOUDWATCH, inGroup, type KnownName, type Told } from "./known-name.ts";

const withPart = (part: string, source = part, told: Told = {}) =>
  inGroup({ shown: `…${part}…`, regex: new RegExp(part, "i") }, source, told);

/**
 * For services whose log groups the user names and whose streams tell nothing. Looked for last, and few: such a word may stand
 * in the name of any application.
 */
export const WORDS: readonly KnownName[] = [
  withPart("cloudtrail", "cloudtrail", { hostInEvents: "cloudtrail" }),
  withPart("verified-access", "verified-access", { hostInEvents: "verifiedAccess" }),
  // Datadog's page asks for these letters in the name. https://docs.datadoghq.com/integrations/amazon_msk_cloud/ (2026-11)
  inGroup(
    { shown: "…msk…, as a word of its own", regex: /(?<![a-zA-Z])msk(?![a-z])|(?<![A-Z])MSK(?![a-z]|[A-Z](?![a-z]))/ },
    "msk",
  ),
  withPart("vpc-lattice", CLOUDWATCH),
  withPart("vpc"),
];
