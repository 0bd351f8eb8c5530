import { asciiTable } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * Whether four numbers with dots are a version (or the number of a section) and no address. What stands beside them tells;
 * in doubt they are an address. At most so many characters before and behind are looked at.
 *
 * @param previous the number before it, if that is a version: what `to` or a comma joins to one is one, too.
 */
export function isVersion(text: string, { start, end }: Span, previous: Span | undefined): boolean {
  if (FILE_BEHIND.test(text.slice(end, end + 16))) return true;
  const before = text.slice(Math.max(0, start - BEFORE), start);
  if (isCalledVersion(before)) return true;
  if (isPrivate(text.slice(start, end))) return false;
  if (previous && start - previous.end < BEFORE && JOINED.test(text.slice(previous.end, start))) return true;
  return isLikely(before) || (isProduct(before) && text[end] !== ":");
}

const BEFORE = 48;

/** `19.0.0.0.ru-2026-10` and `11.5.9.0.sb00000000.r1` of RDS, `app-1.2.3.4.jar`, `1.2.3.4-SNAPSHOT`, `1.2.3.4.Final`, `tool_1.2.3.4-1_amd64.deb`. */
const FILE_BEHIND =
  /^(?:[.-](?:snapshot|release|final|ga|rc\d*|beta\d*|alpha\d*|jar|war|zip|tgz|tar|gz|js|css|exe|msi|dll|so|deb|rpm|whl|gem|apk|dmg|pkg|nupkg)(?![a-z])| \(?build[ )]|_(?:amd|arm|x86|i386|all)|\.(?:rur?-\d|sb\d{4})|-\d+[._~](?:el|fc|amd|arm|x86|i386|all|noarch|ubuntu|deb))/i;

/** `1.2.3.4 to 1.2.4.0`, `1.2.3.4 -> 1.2.4.0`, `1.2.3.4, 1.2.4.0`. */
const JOINED = /^[\s"',]*(?:to|and|or|->|=>|→|\.\.|-|,)[\s"',v]*$/i;

/** `version 1.2.3.4`, `"appVersion":"1.2.3.4"`, `Version=4.0.0.0`, `version is 1.2.3.4`, `v1.2.3.4`, `libx.so.1.2.3.4`. */
function isCalledVersion(before: string): boolean {
  if (/(?:(?<![a-z])v|\.so\.|_aurora\.)$/i.test(before.slice(-8))) return true;
  const { word, rest } = lastWord(before);
  return /^(?:[a-z]*version|firmware|ver|rev|v|oid)$/.test(FILLERS.has(word) ? lastWord(rest).word : word);
}

const FILLERS = new Set(["number", "no", "id", "name", "is", "was"]);

/**
 * `release 1.2.3.4`, `section 1.2.3.4`, `upgraded from 1.2.3.4`, `foo>=1.2.3.4`, `~> 1.2.3.4`, `org.example:core:1.2.3.4`,
 * `image: shop/api:1.2.3.4`, `amd64~~1.2.3.4`.
 */
function isLikely(before: string): boolean {
  if (/(?:[<>~]=|~>|\^) ?$|~$/.test(before.slice(-3))) return true;
  if (before.endsWith(":") && (MAVEN.test(before) || IMAGE.test(before))) return true;
  const { word, rest } = lastWord(before);
  if (OF_SOFTWARE.has(word) || /^(?:up|down)grad.{1,4}$/.test(word)) return true;
  return (word === "from" || word === "to") && /\b(?:up|down)grad\w{1,4}(?: [\w.-]{1,20})? *$/i.test(rest);
}

const MAVEN = /(?:^|[^\w.-])[a-z]\w*(?:\.\w+)+:[\w.-]+:(?:[a-z]{3}:)?$/;
const IMAGE = /(?:image|pull(?:ed|ing)?)\W{1,5}[\w./-]+:$/i;
const OF_SOFTWARE = new Set(
  `release revision build sdk kernel patch plugin package library runtime extension
  jdk jre openjdk corretto temurin zulu graalvm openssl
  section chapter clause appendix step requirement cis`.split(/\s+/),
);

/** `Chrome/1.2.3.4` of a user agent. Java writes an address as `host/10.0.0.1`, mostly with a port. */
const isProduct = (before: string) => before.endsWith("/") && (PRODUCT.test(before) || BEHIND_BROWSER.test(before));
const BEHIND_BROWSER = /(?:Safari|Gecko|WebKit)\/[\d.]+ (?:\w+\/[\d.]+ )?[A-Z]{2,12}\/$/;
const PRODUCT =
  /(?:^|[\s("',;[+])(?:(?=[\w.+-]{0,30}[a-z]{2})[A-Z][\w.+-]{1,30}|(?:curl|nginx|httpd|openssl|php|python|wget|okhttp|aws-\w{2,8}|boto\w{0,4})[\w.-]{0,16})\/$/;

/** Of networks, never of a version if only what it looks like counts. */
const isPrivate = (address: string) => /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(address);

const STANDS_BETWEEN = asciiTable(/[\s"'=:>()[\].,_-]/);
const IS_LETTER = asciiTable(/[a-zA-Z]/);
/** `"version" : "1.2.3.4"` has seven. */
const MAX_BETWEEN = 8;

/** The word at the end, in lower case, but for what may stand between a name and its value; and what stands before it. */
function lastWord(before: string): { word: string; rest: string } {
  let end = before.length;
  while (end > 0 && before.length - end < MAX_BETWEEN && STANDS_BETWEEN[before.charCodeAt(end - 1)]) end -= 1;
  let start = end;
  while (start > 0 && IS_LETTER[before.charCodeAt(start - 1)]) start -= 1;
  return { word: before.slice(start, end).toLowerCase(), rest: before.slice(0, start) };
}
