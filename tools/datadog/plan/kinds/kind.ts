import type { KindName } from "../../recommended/all.ts";
import type { Ask, JsonObject } from "./ask.ts";
import { findMark, type Mark, markText } from "./mark.ts";

/** An object as Datadog has it. */
export interface Found {
  readonly kind: KindName;
  /** What its path ends with. */
  readonly remoteId: string;
  readonly name: string;
  readonly mark?: Mark;
  /** The API's JSON. */
  readonly body: JsonObject;
}

/** How objects of one kind are read and written. */
export interface Kind {
  readonly path: string;
  readonly nameField: "name" | "title";
  /** Where the mark is: one of a list of tags, or the last line of a text. */
  readonly markField: "tags" | "rehydration_tags" | "description";
  /**
   * Fields that a person may have set besides, and that a PUT without them would take away: they are sent back as they are.
   * Undefined: a PUT changes only the fields that it has.
   */
  readonly replaces?: readonly string[];
  /** All objects of the kind, or at least all that have a mark. */
  readonly list: (ask: Ask) => Promise<Found[]>;
  /** The body of a request, if it is another than the object. */
  readonly toRequest?: (body: JsonObject, to: "create" | "update") => JsonObject;
  /** The object in an answer, if it is another than the answer. */
  readonly fromAnswer?: (answer: JsonObject) => unknown;
}

/** An object of the API as `Found`. */
export function found(
  kind: KindName,
  row: Pick<Kind, "nameField" | "markField">,
  remoteId: unknown,
  body: unknown,
): Found {
  const fields = (body ?? {}) as JsonObject;
  return {
    kind,
    remoteId: String(remoteId),
    name: String(fields[row.nameField] ?? ""),
    mark: findMark(fields[row.markField]),
    body: fields,
  };
}

/** The body with the mark in it, beside the tags that it has or the text that is there. */
export function withMark({ markField }: Pick<Kind, "markField">, body: JsonObject, mark: Mark): JsonObject {
  const text = markText(mark);
  if (markField === "description") {
    const description = typeof body.description === "string" ? `${body.description}\n\n` : "";
    return { ...body, description: `${description}${ABOUT_MARK}\n${text}` };
  }
  const tags = Array.isArray(body[markField]) ? body[markField] : [];
  return { ...body, [markField]: [...tags, text] };
}

const ABOUT_MARK = "Made by `npm run datadog -- apply`. Give it another name to keep your changes: then it is yours.";
