import { FIELDS, type ShownLog } from "./as-datadog-shows.ts";

export interface Compared {
  readonly kind: "field" | "tag" | "attribute";
  readonly name: string;
  readonly sent?: string;
  readonly arrived?: string;
  readonly verdict: "same" | "changed" | "missing" | "added";
}

/** Every field, tag and attribute of either side, once. */
export function compareLog(sent: ShownLog, arrived: ShownLog): Compared[] {
  const fields = FIELDS.map((name) => judged("field", name, sent.fields[name], arrived.fields[name]));
  const names = [...new Set([...Object.keys(sent.attributes), ...Object.keys(arrived.attributes)])];
  const attributes = names.map((name) => judged("attribute", name, sent.attributes[name], arrived.attributes[name]));
  return [...fields, ...compareTags(sent.tags, arrived.tags), ...attributes].filter(
    (one) => one.sent !== undefined || one.arrived !== undefined,
  );
}

/** A key may be there several times: values that are on both sides are the same, and of the others the first two belong together. */
function compareTags(sent: readonly string[], arrived: readonly string[]): Compared[] {
  const [sentBy, arrivedBy] = [byKey(sent), byKey(arrived)];
  return [...new Set([...sentBy.keys(), ...arrivedBy.keys()])].flatMap((key) => {
    const [mine, theirs] = [sentBy.get(key) ?? [], arrivedBy.get(key) ?? []];
    const same = mine.filter((value) => theirs.includes(value));
    const [left, right] = [mine, theirs].map((values) => values.filter((value) => !same.includes(value)));
    const others = Array.from({ length: Math.max(left?.length ?? 0, right?.length ?? 0) }, (_, i) =>
      judged("tag", key, left?.[i], right?.[i]),
    );
    return [...same.map((value) => judged("tag", key, value, value)), ...others];
  });
}

function byKey(tags: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const tag of new Set(tags)) {
    const at = tag.indexOf(":");
    const [key, value] = at < 0 ? [tag, ""] : [tag.slice(0, at), tag.slice(at + 1)];
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function judged(kind: Compared["kind"], name: string, sent: string | undefined, arrived: string | undefined): Compared {
  const verdict =
    sent === arrived ? "same" : sent === undefined ? "added" : arrived === undefined ? "missing" : "changed";
  return { kind, name, ...(sent !== undefined && { sent }), ...(arrived !== undefined && { arrived }), verdict };
}

/** What is worth a word: what Datadog adds is its own. */
export const differences = (compared: readonly Compared[]): Compared[] =>
  compared.filter(({ verdict }) => verdict === "changed" || verdict === "missing");
