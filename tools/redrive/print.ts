import Table from "cli-table3";
import type { Moved } from "./move-back.ts";
import type { Options } from "./options.ts";
import type { Rejected } from "./survey.ts";

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")}Z`;

interface Group {
  readonly reason: string;
  readonly objects: number;
  readonly bytes: number;
  readonly events: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** By reason, the most objects first. */
export function groupsOf(objects: readonly Rejected[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { reason, bytes, events = 0, sinceMs } of objects) {
    const group = groups.get(reason);
    groups.set(reason, {
      reason,
      objects: (group?.objects ?? 0) + 1,
      bytes: (group?.bytes ?? 0) + bytes,
      events: (group?.events ?? 0) + events,
      firstMs: Math.min(sinceMs, group?.firstMs ?? sinceMs),
      lastMs: Math.max(sinceMs, group?.lastMs ?? sinceMs),
    });
  }
  return [...groups.values()].toSorted((a, b) => b.objects - a.objects || (a.reason < b.reason ? -1 : 1));
}

/** No colours: what is told here is small. */
export function planText(objects: readonly Rejected[], { bucket, prefix }: Options): string {
  if (objects.length === 0) return `Nothing of that kind is under ${prefix} in ${bucket}.\n`;
  const table = new Table({
    head: ["reason", "objects", "log events", "KB", "there since"],
    colAligns: ["left", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const { reason, objects: count, events, bytes, firstMs, lastMs } of groupsOf(objects)) {
    table.push([
      reason,
      count,
      events,
      Math.ceil(bytes / 1_000),
      [...new Set([iso(firstMs), iso(lastMs)])].join(" to "),
    ]);
  }
  const events = objects.filter(({ goesTo }) => goesTo.startsWith("aws/")).length;
  const places = [
    ...(objects.length > events ? [`${objects.length - events} go back to undelivered/`] : []),
    ...(events > 0 ? [`${events} events that Lambda gave up on go back to aws/lambda/`] : []),
  ];
  return `${table.toString()}\n${places.join(", ")} in ${bucket}.\n`;
}

export function movedText({ objects, failed }: Moved): string {
  const lines = [...failed].map(([key, why]) => `! ${key}: ${why}\n`);
  return `${objects} moved back. The replayer takes them in its next run, within a minute or as often as it runs.\n${lines.join("")}`;
}

/** @param moved undefined: nothing was done */
export function json(objects: readonly Rejected[], moved?: Moved): string {
  const plan = objects.map(({ sinceMs, ...object }) => ({ ...object, since: new Date(sinceMs).toISOString() }));
  const done = moved && { moved: { objects: moved.objects, failed: Object.fromEntries(moved.failed) } };
  return `${JSON.stringify({ plan, ...done }, undefined, 2)}\n`;
}
