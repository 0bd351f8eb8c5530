import { inParallel } from "../in-parallel.ts";
import { release } from "../release.ts";
import { StoreError } from "../undelivered/store.ts";
import type { Group } from "./groups.ts";
import { shipments } from "./join.ts";
import type { ObjectDone, ObjectEnded } from "./object-done.ts";
import { attempt, broken, openObject, type Part } from "./open-object.ts";
import type { Turn } from "./queue.ts";
import { finishObject } from "./replay-object.ts";
import { type SentPiece, sendPart, takenPart } from "./send-part.ts";
import type { Tools } from "./tools.ts";

/** Told of what became of objects, as soon as it is known. */
export type Settle = (ended: ReadonlyMap<Turn, ObjectEnded>) => Promise<void>;

/**
 * Objects from being read to being removed. Small ones go joined; one that the intake does not take so is sent on its own.
 * What is delivered is removed before that, since it may take long.
 * @param notRemoving why nothing is removed any more in this run, if so
 */
export async function replayGroup(
  { turns }: Group,
  tools: Tools,
  settle: Settle,
  notRemoving: () => StoreError | undefined,
): Promise<void> {
  const { intake, call, clock, compress, sizes } = tools;
  const group = openedGroup(turns);
  await inParallel(turns, sizes.readsAtOnce, async (turn) => {
    const opened = await openObject(turn, tools).catch((error: unknown) => ({ done: broken(error, turn) }));
    if ("done" in opened) group.end(turn, opened.done);
    else group.open(turn, opened.parts);
  });

  const sendAlone = async (part: Part) => {
    try {
      group.sent(part, await sendPart(part, intake.deliver, call));
    } catch (error) {
      group.end(part.turn, broken(error, part.turn));
    }
  };
  const refused: Part[] = [];
  await inParallel(
    shipments(group.parts(), compress, sizes.joinedBytes),
    sizes.requestsAtOnce,
    async ({ payload, parts }) => {
      if (parts.length === 1) return sendAlone(parts[0]);
      const outcome = await intake.deliverJoined(payload, call);
      if (outcome.status !== "delivered") return void refused.push(...parts);
      release(payload.body);
      for (const part of parts) group.sent(part, takenPart(part));
    },
  );
  await removeAndSettle(await finished(group, tools), tools, settle, notRemoving);
  if (refused.length === 0) return;

  if (!intake.ended()) call.note("joined payloads sent one by one");
  // In any order, and all at once as far as the pace lets them: the bad ones may stand together.
  await inParallel(shuffled(refused, clock.random), refused.length, sendAlone);
  await removeAndSettle(await finished(group, tools), tools, settle, notRemoving);
}

type OpenedGroup = ReturnType<typeof openedGroup>;

/** What is known of a group's objects. */
function openedGroup(turns: Group["turns"]) {
  const opened = new Map<Turn, { readonly parts: readonly Part[]; readonly sent: SentPiece[] }>();
  const ended = new Map<Turn, ObjectDone>();
  return {
    open: (turn: Turn, parts: readonly Part[]) => opened.set(turn, { parts, sent: [] }),
    end: (turn: Turn, done: ObjectDone) => {
      opened.delete(turn);
      ended.set(turn, done);
    },
    sent: ({ turn }: Part, piece: SentPiece) => opened.get(turn)?.sent.push(piece),
    parts: () => {
      const parts = turns.flatMap((turn) => opened.get(turn)?.parts ?? []);
      return parts.map((part) => ({ ...part, alone: part.unfit !== undefined }));
    },
    /** Those of which all pieces are sent. */
    whollySent: () => [...opened].filter(([, { parts, sent }]) => sent.length === parts.length),
    takeEnded: () => {
      const all = new Map(ended);
      ended.clear();
      return all;
    },
  };
}

async function finished(group: OpenedGroup, tools: Tools): Promise<ReadonlyMap<Turn, ObjectDone>> {
  await inParallel(group.whollySent(), tools.sizes.readsAtOnce, async ([turn, { sent }]) => {
    group.end(turn, await finishObject(turn, sent, tools).catch((error: unknown) => broken(error, turn)));
  });
  return group.takeEnded();
}

/** The last step: all that may go, with one request. */
async function removeAndSettle(
  done: ReadonlyMap<Turn, ObjectDone>,
  { store }: Tools,
  settle: Settle,
  notRemoving: () => StoreError | undefined,
): Promise<void> {
  if (done.size === 0) return;
  const going = [...done].filter(([, { goes }]) => goes).map(([{ listed }]) => listed.key);
  const errors = going.length === 0 ? new Map<string, StoreError>() : await removed(going, store, notRemoving());
  await settle(
    new Map(
      [...done].map(([turn, { goes, ...rest }]) => {
        const notRemoved = goes && errors.get(turn.listed.key);
        if (notRemoved) return [turn, { ...rest, notRemoved }];
        return [turn, goes ? { ...rest, counts: { ...rest.counts, objects: 1 } } : rest];
      }),
    ),
  );
}

/** @returns those that are still there, and why */
async function removed(
  keys: readonly string[],
  store: Tools["store"],
  notRemoving: StoreError | undefined,
): Promise<ReadonlyMap<string, StoreError>> {
  const errors = notRemoving ?? (await attempt(() => store.removeAll(keys)));
  return errors instanceof StoreError ? new Map(keys.map((key) => [key, errors])) : errors;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}
