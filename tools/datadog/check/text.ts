/** Of a terminal that nobody has made wider. */
export const WIDTH = 80;

/** A text in lines of at most so many characters, cut at spaces; a word that is longer is cut anywhere. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && line.length + 1 + word.length <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === "" ? lines : [...lines, line];
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
