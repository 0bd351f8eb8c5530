import type { Span } from "./span.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const FOUR_OCTETS = new RegExp(`^${OCTET}(?:[-_]${OCTET}){3}$`);
const MAX_LENGTH = 15;

/** What such names begin with, at clouds and at access providers; and what comes behind such a number in a network. */
const BEGINS =
  /(?:^|[^a-zA-Z0-9])(?:ip|ipv4|ec2|host|node|addr|inet|client|server|srv|vps|nat|net|dhcp|static|dynamic|dyn|pool|dsl|adsl|cpe|cable|ppp|pppoe|broadband|customer|user|c|mail|unallocated)[-_.]?$/i;
const CONTINUES = /^(?:\.[a-z][a-z0-9-]*){2,}|^\.(?:pod|local|internal|lan|arpa|home|corp)(?![\w-])/i;
/** Behind any word: `worker-10-0-1-7`. */
const OF_NETWORK = /^(?:10-|192-168-|172-(?:1[6-9]|2\d|3[01])-)/;
const IS_FILE = /\.(?:gz|zip|xz|bz2|zst|tgz|log|txt|csv|json|xml|html|css|js|map|png|jpg|pdf)$/i;

/**
 * The address in a host name, where a run of numbers with dashes is one: `ip-10-0-1-23.ec2.internal`,
 * `ec2-52-1-2-3.compute-1.amazonaws.com`, `10-0-0-1.default.pod.cluster.local`. A date with a time has more numbers.
 */
export function hostAddress(text: string, run: Span, dash: "-" | "_"): Span | undefined {
  // In `ec2-52-1-2-3` the first number is a word's.
  const isOfWord = /[a-zA-Z]/.test(text.charAt(run.start - 1));
  const behind = isOfWord ? { ...run, start: text.indexOf(dash, run.start) + 1 } : run;
  return [run, behind].find((span) => isHostAddress(text, span));
}

function isHostAddress(text: string, { start, end }: Span): boolean {
  if (end - start > MAX_LENGTH || !FOUR_OCTETS.test(text.slice(start, end))) return false;
  const before = text.slice(Math.max(0, start - 16), start);
  const continued = CONTINUES.exec(text.slice(end, end + 80));
  if (continued) return !IS_FILE.test(continued[0]);
  return BEGINS.test(before) || (OF_NETWORK.test(text.slice(start, end)) && /[a-zA-Z]-$/.test(before));
}
