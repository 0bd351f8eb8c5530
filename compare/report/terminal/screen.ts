import { styleText } from "node:util";
import { wrapText } from "../../../tools/wrap-text.ts";
import { keepUnits } from "../words/format.ts";

/** Columns that a report keeps to. */
export const SCREEN = 80;

export type Style = (format: "bold" | "dim" | "yellow", text: string) => string;

/** @param color escape sequences; without them the text is fit for a file */
export const styleWith =
  (color: boolean): Style =>
  (format, text) =>
    color ? styleText(format, text, { validateStream: false }) : text;

/** https://no-color.org: if it is set, and not empty. */
export const wantsColor = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;

/** At spaces, but not between a number and its unit, so that no line is wider than the screen; further lines are indented. */
export const wrapped = (text: string, indent = ""): string =>
  wrapText(keepUnits(text), { width: SCREEN, hanging: indent }).join("\n").replaceAll("\u00a0", " ");
