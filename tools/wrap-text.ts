/** Of a terminal that nobody has made wider. */
export const TERMINAL_WIDTH = 80;

export interface Wrapping {
  /** @default TERMINAL_WIDTH */
  readonly width?: number;
  /** Before the first line. */
  readonly indent?: string;
  /** Before each further line. @default as before the first */
  readonly hanging?: string;
  /** A word that is longer than a line, such as an ARN, is cut, or stays whole. @default "whole" */
  readonly longWords?: "cut" | "whole";
}

/** A text in lines of whole words. A no-break space is part of a word. */
export function wrapText(
  text: string,
  { width = TERMINAL_WIDTH, indent = "", hanging = indent, longWords = "whole" }: Wrapping = {},
): string[] {
  const room = width - Math.max(indent.length, hanging.length);
  const cut = longWords === "cut" ? new RegExp(`.{1,${room}}`, "gu") : /.+/g;
  const words = text.split(/[ \t\r\n]+/).flatMap((word) => word.match(cut) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push((last === undefined ? indent : hanging) + word);
  }
  return lines;
}
