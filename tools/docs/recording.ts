/** What `npm start` shows, as it stands in the README: without what differs from run to run. */

const [BEGIN, END] = ["<!-- recording: begin -->", "<!-- recording: end -->"] as const;

/** The tour's screen, without the line of CPU and memory and the hints. */
export const recordingOf = (screen: string): string =>
  screen
    .trimEnd()
    .split("\n")
    .filter((line) => !/^(CPU|More of this)/.test(line))
    .join("\n");

/** The page with another recording in it. @throws if it has no place for one */
export function withRecording(page: string, recording: string): string {
  const [head, rest] = page.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`The page has no ${BEGIN} … ${END}.`);
  return `${head}${BEGIN}\n\n\`\`\`\n${recording}\n\`\`\`\n\n${END}${tail}`;
}

/** Without its seconds, which no run has twice. */
export const comparable = (text: string): string => text.replace(/ +\d+\.\d\d$/gm, " SECONDS");
