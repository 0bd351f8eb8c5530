import { EVENT_HOSTS } from "../../../../functions/forwarder/stages/event-host.ts";
import { findKnownName } from "../../../../functions/forwarder/stages/identify/find-known-name.ts";
import type { KnownName } from "../../../../functions/forwarder/stages/identify/known-name.ts";
import { KNOWN_NAMES } from "../../../../functions/forwarder/stages/identify/known-names.ts";
import type { NamePattern } from "../../../../functions/forwarder/stages/identify/name-pattern.ts";
import { CASES } from "./cases/all.ts";

/** The table of docs/sources.md: each known name with the page of its first case. `node` runs this file, to print it. */
export function sourcesTable(): string {
  const pages = new Map<KnownName | undefined, string>();
  for (const { group, stream, from } of CASES) {
    const known = findKnownName({ logGroup: group, logStream: stream })?.known;
    if (!pages.has(known)) pages.set(known, from);
  }
  const rows = KNOWN_NAMES.map((known) => [
    shown(known.group),
    shown(known.stream),
    code(known.source),
    serviceOf(known),
    hostOf(known),
    (known.tags ?? []).map(code).join(", "),
    link(pages.get(known) ?? ""),
  ]);
  const head = ["Log group", "Stream", "Source", "Service", "Host", "Tags", "From"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function link(page: string): string {
  const kinds = {
    "https://docs.aws.amazon.com/": "AWS",
    "https://docs.datadoghq.com/": "Datadog",
    "https://github.com/": "report",
  };
  const kind = Object.entries(kinds).find(([start]) => page.startsWith(start));
  return `[${kind?.[1] ?? "page"}](${page})`;
}

const code = (text: string) => `\`${text}\``;

function shown(pattern: NamePattern | undefined): string {
  if (pattern === undefined) return "any";
  return typeof pattern === "string" ? code(`${pattern}…`.replace(/>…$/, ">")) : code(pattern.shown);
}

function serviceOf({ lambda, service }: KnownName): string {
  const named = lambda ?? service;
  return named === undefined ? "the source" : code(named);
}

function hostOf({ lambda, hostInEvents, host }: KnownName): string {
  if (lambda !== undefined) return "the function's ARN";
  if (hostInEvents !== undefined) return EVENT_HOSTS[hostInEvents].shown;
  return host === undefined ? "the log group" : code(host);
}

if (import.meta.main) console.log(sourcesTable());
