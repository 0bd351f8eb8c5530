/** `npm run docs:recording`: runs `npm start`, and puts what it shows into the README. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { recordingOf, withRecording } from "./recording.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const screen = execFileSync(process.execPath, [root("tools/start/start.ts")], { encoding: "utf8" });
writeFileSync(root("README.md"), withRecording(readFileSync(root("README.md"), "utf8"), recordingOf(screen)));
