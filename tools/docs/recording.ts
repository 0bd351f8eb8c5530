import { betweenMarks } from "./between-marks.ts";

/** The tour's screen, without the line of CPU and memory and the hints. */
export const recordingOf = (screen: string): string =>
  screen
    .trimEnd()
    .split("\n")
    .filter((line) => !/^(CPU|More of this)/.test(line))
    .join("\n");

/** The page with another recording in it. @throws if it has no place for one */
export const withRecording = (page: string, recording: string): string =>
  betweenMarks("README.md", page, "recording", `\`\`\`\n${recording}\n\`\`\``);

/** Without its seconds, which no run has twice. */
export const comparable = (text: string): string => text.replace(/ +\d+\.\d\d$/gm, " SECONDS");
