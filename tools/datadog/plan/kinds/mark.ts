import { createHash } from "node:crypto";

/**
 * What tells an object of ours from all others. It is written into the object, where its kind has room for it: as a tag, or
 * into the text that describes it.
 *
 *     sidecarless:main/lag/1f0c9a2b
 *
 * The last part is made from the object's name. A person who clones one of ours, or makes it their own, gives it another name:
 * then the two do not fit, and it is nobody's but theirs.
 */
export interface Mark {
  /** Of the setup: `Choices.name`. */
  readonly setup: string;
  /** Of the recommendation. */
  readonly id: string;
  readonly nameHash: string;
}

export const markOf = (setup: string, id: string, name: string): Mark => ({ setup, id, nameHash: hashOf(name) });

export const markText = ({ setup, id, nameHash }: Mark): string => `sidecarless:${setup}/${id}/${nameHash}`;

const MARK = /(?<![\w:/.-])sidecarless:([a-z0-9-]+)\/([a-z0-9-]+)\/([0-9a-f]{8})(?![\w/-])/g;

/** The one mark in tags or in a text; undefined if there is none, or more than one: then nobody can tell what it is. */
export function findMark(where: unknown): Mark | undefined {
  const texts = Array.isArray(where) ? where : [where];
  const found = texts.flatMap((text) => (typeof text === "string" ? [...text.matchAll(MARK)] : []));
  const [[, setup = "", id = "", nameHash = ""] = []] = found;
  return found.length === 1 ? { setup, id, nameHash } : undefined;
}

/** Whether an object with this mark and this name is one of the setup's. */
export const isOurs = (mark: Mark | undefined, setup: string, name: string): mark is Mark =>
  mark?.setup === setup && mark.nameHash === hashOf(name);

export const isMarkTag = (tag: unknown): boolean => findMark([tag]) !== undefined;

const hashOf = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 8);
