import type { KindName } from "../recommended/all.ts";
import { type Current, ofSetup } from "./current.ts";
import { takesAll } from "./index-order.ts";

/** What a person should know besides the changes. */
export const notesOn = (setup: string, current: Current): string[] => [
  ...keyNotes(current),
  ...archiveNotes(setup, current),
];

function keyNotes({ found, unreadable }: Current): string[] {
  const isAll = Object.keys(found).every((kind) => unreadable[kind as KindName] !== undefined);
  return isAll ? ["Datadog refuses everything: are both keys right, and of this site? datadog check tells."] : [];
}

/** Orders of archives are left alone: a log of another archive may be one that must be kept there. */
function archiveNotes(setup: string, current: Current): string[] {
  const { archive: archives } = current.found;
  const ours = ofSetup(setup, current).filter(({ kind }) => kind === "archive");
  const failing = ours.filter(({ body }) => body.state === "FAILING");
  const before = (remoteId: string) => {
    const { archiveOrder: order } = current;
    const first = order.find((id) => takesAll(archives.find((one) => one.remoteId === id)?.body.query));
    return first !== undefined && first !== remoteId && order.indexOf(first) < order.indexOf(remoteId)
      ? first
      : undefined;
  };
  return [
    ...failing.map(({ name }) => `Datadog says that the archive "${name}" fails: may its role write to the bucket?`),
    ...ours.flatMap(({ name, remoteId }) => {
      const first = archives.find((one) => one.remoteId === before(remoteId));
      return first
        ? [
            `The archive "${first.name}" comes first and takes every log, so "${name}" gets none. If the logs may go there instead, move it up (Logs > Archiving & Forwarding).`,
          ]
        : [];
    }),
  ];
}
