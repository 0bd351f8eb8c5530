import type { KindName, LeftOut } from "../recommended/all.ts";
import { type Current, describe, ofSetup } from "./current.ts";
import { type Difference, differences } from "./differences.ts";
import { type Move, moveBeforeCatchAll, takesAll } from "./index-order.ts";
import type { JsonObject } from "./kinds/ask.ts";
import { type Found, withMark } from "./kinds/kind.ts";
import { KINDS } from "./kinds/kinds.ts";
import { markOf } from "./kinds/mark.ts";
import { notesOn } from "./notes.ts";
import { updateBody, wantedBody } from "./wanted-body.ts";

/** A recommendation as the API's JSON. */
export interface ApiBody {
  readonly kind: KindName;
  readonly id: string;
  readonly body: JsonObject;
}

interface Of {
  readonly kind: KindName;
  readonly id: string;
  readonly name: string;
}

export type Change =
  | (Of & { readonly action: "create"; readonly body: JsonObject })
  | (Of & {
      readonly action: "update";
      readonly remoteId: string;
      readonly differences: readonly Difference[];
      readonly body: JsonObject;
    })
  | (Of & Move & { readonly kind: "index"; readonly action: "move" })
  | (Of & { readonly action: "keep"; readonly remoteId: string })
  /** Of ours, and not touched. */
  | (Of & { readonly action: "leave"; readonly remoteId: string; readonly why: string })
  | (Of & { readonly action: "blocked"; readonly why: string });

export interface Plan {
  readonly setup: string;
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
  /** What a person should know and this program does not change. */
  readonly notes: readonly string[];
}

/** What is to be done so that Datadog has what is recommended. Pure: the same for the same input. */
export function planChanges(
  setup: string,
  recommended: readonly ApiBody[],
  leftOut: readonly LeftOut[],
  current: Current,
): Plan {
  const wanted = recommended.flatMap((one) => changesFor(setup, one, current));
  const extras = ofSetup(setup, current)
    .filter(({ kind, mark }) => !recommended.some((one) => one.kind === kind && one.id === mark.id))
    .map((one): Change => ({ ...describe(one), action: "leave", why: whyExtra(one, leftOut) }));
  const isThere = (kind: KindName) => extras.some((extra) => extra.kind === kind);
  return {
    setup,
    changes: [...wanted, ...extras],
    leftOut: leftOut.filter(({ kind }) => !isThere(kind)),
    notes: notesOn(setup, current),
  };
}

function changesFor(setup: string, { kind, id, body }: ApiBody, current: Current): Change[] {
  const row = KINDS[kind];
  const name = String(body[row.nameField]);
  const of = { kind, id, name };
  const why = current.unreadable[kind];
  if (why !== undefined) return [{ ...of, action: "blocked", why }];

  const marked = withMark(row, body, markOf(setup, id, name));
  const [oldest, ...others] = ofSetup(setup, current)
    .filter((one) => one.kind === kind && one.mark.id === id)
    .toSorted((a, b) => age(a) - age(b));
  const doubles = others.map((one): Change => ({ ...describe(one), action: "leave", why: WHY_DOUBLE }));
  const move = kind === "index" ? indexMove(of, body, current) : [];
  if (!oldest) {
    // Only indexes have names that nobody else may have.
    if (kind === "index" && current.found.index.some((one) => one.name === name)) {
      return [{ ...of, action: "blocked", why: WHY_NAME_TAKEN }];
    }
    return [{ ...of, action: "create", body: marked }, ...move];
  }
  const wanted = wantedBody(row, marked, oldest);
  const found = differences(oldest.body, wanted);
  const { remoteId } = oldest;
  return [
    found.length === 0
      ? { ...of, action: "keep", remoteId }
      : { ...of, action: "update", remoteId, differences: found, body: updateBody(row, wanted, oldest) },
    ...move,
    ...doubles,
  ];
}

const WHY_DOUBLE = "it has the mark and the name of another: give one of them another name, or delete it";
const WHY_NAME_TAKEN =
  "an index of this name is there, and sidecarless did not make it: choose another with --index-name";

function whyExtra({ kind, mark }: ReturnType<typeof ofSetup>[number], leftOut: readonly LeftOut[]): string {
  const missing = leftOut.find((one) => one.kind === kind);
  const reason = missing
    ? `without ${missing.needs} it is left as it is`
    : "it is not recommended any more, or needs an option that is not there";
  return `${reason}; remove ${kind}/${mark.id} removes it`;
}

function indexMove(of: Of, { filter }: JsonObject, { found, indexOrder }: Current): Change[] {
  const query = (filter as JsonObject | undefined)?.query;
  // It comes before another that takes all, unless it takes all itself: then it would leave none to any other.
  if (takesAll(query)) return [];
  const indexes = found.index.map(({ name, body }) => ({
    name,
    query: (body.filter as JsonObject | undefined)?.query,
  }));
  const move = moveBeforeCatchAll(indexOrder, indexes, of.name);
  return move ? [{ ...of, ...move, kind: "index", action: "move" }] : [];
}

/** Datadog tells when an object was made, or numbers them; else any of them will do. */
function age({ body, remoteId }: Found): number {
  const made = Date.parse(String(body.created ?? body.created_at ?? ""));
  return Number.isNaN(made) ? Number(remoteId) || 0 : made;
}
