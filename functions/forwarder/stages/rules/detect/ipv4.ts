import { hostAddress } from "./ipv4-host-name.ts";
import { isVersion } from "./ipv4-version.ts";
import { NOTHING } from "./matches.ts";
import { numberRuns } from "./number-runs.ts";
import type { Span } from "./span.ts";

/**
 * IPv4 addresses with dots, their octets padded with zeros or not, and host names that hold one (`ip-10-0-0-1`). Not what
 * looks the same and is none: versions, by what stands around them, and object identifiers, by their length.
 *
 * All digits and dots that touch an address go with it: in `10.0.0.1.443` and `1.10.0.0.1` no octet may stay.
 */
export function detectIpv4(text: string): readonly Span[] {
  const dotted = withDots(text);
  const dashed = [...withDashes(text, "-"), ...withDashes(text, "_")];
  return dashed.length === 0 ? dotted : [...dotted, ...dashed];
}

function withDots(text: string): readonly Span[] {
  const runs = numberRuns(text, ".");
  if (runs.length === 0) return NOTHING;
  const spans: Span[] = [];
  let version: Span | undefined;
  for (const run of runs) {
    const number = text.slice(run.start, run.end);
    if (!ADDRESS.test(number) || OF_DAY.test(number) || isTime(text, run) || isObjectIdentifier(text, run)) continue;
    const runIsVersion = isVersion(text, run, version);
    version = runIsVersion ? run : undefined;
    if (!runIsVersion) spans.push(run);
  }
  return spans;
}

function withDashes(text: string, dash: "-" | "_"): readonly Span[] {
  const runs = numberRuns(text, dash);
  return runs.length === 0 ? NOTHING : runs.flatMap((run) => hostAddress(text, run, dash) ?? []);
}

/** Four octets in a row. The first one's digits may follow others, and others may follow the last one's. */
const OCTET = "(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)";
const ADDRESS = new RegExp(`${OCTET}(?:\\.${OCTET}){2}\\.\\d`);

/** A version made of a day: `2026.11.25.1`, `20261125.1.2.3`. */
const OF_DAY =
  /^20\d\d(?:\.(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])\.\d|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\.)/;

/** `15.42.50.675872` of DB2's `2026-11-25-15.42.50.675872`. */
const isTime = (text: string, { start, end }: Span) =>
  /^(?:[01]\d|2[0-3])(?:\.[0-5]\d){2}\.\d{4,9}$/.test(text.slice(start, end)) &&
  /\d{4}-\d\d-\d\d[-T]$/.test(text.slice(Math.max(0, start - 11), start));

/**
 * Beginnings of object identifiers: national bodies, the internet, algorithms, curves, X.500, countries, the certificate forum.
 * https://oid-base.com/get/1 · https://oid-base.com/get/2 (2026-11)
 */
const IDENTIFIER = /^(?:1\.2\.\d{3}|1\.3\.(?:6\.1|14|36|132)|2\.5\.(?:4|29)|2\.16\.\d{2,3}|2\.23\.\d{3})\.\d/;
const MIN_NUMBERS_OF_IDENTIFIER = 5;
const MIN_NUMBERS_BEHIND_NAME = 6;
/** Names that SNMP writes instead of the first numbers. */
const MIB = /(?:iso|org|dod|internet|mgmt|private|enterprises|experimental|system|interfaces|snmp\w{0,8})\.$/i;
/** Nothing but SNMP writes these before numbers. */
const SURELY_MIB = /(?:\benterprises\.|SMI::\w{1,20}[.-]|\bmib-)$/i;

/** `1.3.6.1.2.1.1.3.0`, and what stands behind a name in `enterprises.9.9.13.1.3.1`. */
function isObjectIdentifier(text: string, { start, end }: Span): boolean {
  const run = text.slice(start, end);
  const numbers = run.split(".", MIN_NUMBERS_BEHIND_NAME).length;
  const before = text.slice(Math.max(0, start - 26), start);
  if (SURELY_MIB.test(before) || (numbers >= MIN_NUMBERS_BEHIND_NAME && MIB.test(before))) return true;
  return numbers >= MIN_NUMBERS_OF_IDENTIFIER && IDENTIFIER.test(run);
}
