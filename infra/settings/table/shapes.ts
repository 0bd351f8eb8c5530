/**
 * What a setting's value may be. A file has it as JSON of that kind; `-c name=value` has it as text, in which commas
 * part the items of a list.
 */
export type Shape =
  | TextShape
  /** Of a file; in a settings file, relative to that. */
  | { readonly kind: "path" }
  /** With `word`, that instead of a number. */
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly word?: string }
  | { readonly kind: "flag" }
  | ChoiceShape
  /** With `none`, the word alone says that an empty list is meant. */
  | { readonly kind: "list"; readonly item: TextShape | ChoiceShape; readonly none?: true }
  /** Name → text; with `-c` as `team,CostCenter=cost_center`, where a name alone stands for itself. */
  | { readonly kind: "pairs" };

/** `pattern` is for the whole text; `must` goes on after "must", such as "be a host name". */
export interface TextShape {
  readonly kind: "text";
  readonly pattern?: string;
  readonly must?: string;
}

interface ChoiceShape {
  readonly kind: "choice";
  readonly of: readonly (string | number)[];
}

/** What a value of a shape is once it is read. */
export type ValueOf<S> = S extends { readonly kind: "integer"; readonly word: infer Word }
  ? number | Word
  : S extends { readonly kind: "integer" }
    ? number
    : S extends { readonly kind: "flag" }
      ? boolean
      : S extends { readonly kind: "choice"; readonly of: readonly (infer Word)[] }
        ? Word
        : S extends { readonly kind: "list"; readonly item: infer Item }
          ? readonly ValueOf<Item>[]
          : S extends { readonly kind: "pairs" }
            ? Readonly<Record<string, string>>
            : string;

export const text = { kind: "text" } as const;
export const path = { kind: "path" } as const;
export const flag = { kind: "flag" } as const;
export const pairs = { kind: "pairs" } as const;
export const matching = (pattern: string, must: string) => ({ kind: "text", pattern, must }) as const;
export const integer = (min: number, max: number) => ({ kind: "integer", min, max }) as const;
export const integerOr = <const Word extends string>(word: Word, min: number, max: number) =>
  ({ kind: "integer", min, max, word }) as const;
export const choice = <const Words extends readonly (string | number)[]>(...of: Words) =>
  ({ kind: "choice", of }) as const;
export const list = <Item extends TextShape | ChoiceShape>(item: Item) => ({ kind: "list", item }) as const;
export const listOrNone = <Item extends TextShape | ChoiceShape>(item: Item) =>
  ({ kind: "list", item, none: true }) as const;
