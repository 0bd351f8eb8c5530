import type { Shape } from "./shapes.ts";

export interface SettingRow {
  readonly shape: Shape;
  /** In Markdown, one sentence or a few; for the docs, the schema, and editors. */
  readonly means: string;
  /** Given to the stacks if nothing is set. */
  readonly default?: unknown;
  /** What happens if nothing is set, in words: the default is a construct's, or there is none. */
  readonly otherwise?: string;
  /** As in the file. */
  readonly example: unknown;
  /** What `npm run init` asks. Without one, it takes the setting as a flag alone. */
  readonly question?: string;
  /** No message shows a bad value: it may be the API key, in the wrong place. */
  readonly hidden?: true;
}

export type SettingRows = Readonly<Record<string, SettingRow>>;
