import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a program that stands in for Fluent Bit. `body`: JavaScript (CommonJS). Returns its file. */
export function writeProgram(folder: string, name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!${process.execPath}\n${body}`);
  chmodSync(file, 0o755);
  return file;
}

/** Says its version, and nothing else. */
export const versioned = (version: string) => `console.log("Fluent Bit v${version}\\nGit commit: 0123");`;

/**
 * Listens where its configuration says. Writes beside it what it reads, to `received`, and its process id, to `pid`.
 * SIGTERM ends it after so long.
 */
export const router = (stopMs = 0) => `
const fs = require("node:fs"), net = require("node:net"), path = require("node:path");
const config = fs.readFileSync(process.argv[3], "utf8");
const included = /@INCLUDE (.*)/.exec(config);
const all = config + (included ? fs.readFileSync(included[1], "utf8") : "");
const beside = (name) => path.join(path.dirname(process.argv[3]), name);
const received = beside("received");
fs.writeFileSync(received, "");
fs.writeFileSync(beside("pid"), String(process.pid));
const read = (socket) => socket.on("data", (chunk) => fs.appendFileSync(received, chunk)).on("error", () => {});
for (const [, port] of all.matchAll(/(?:    Port|HTTP_Port) (\\d+)/g)) net.createServer(read).listen(+port, "127.0.0.1");
net.createServer(read).listen(/unix_path (.*)/.exec(config)[1]);
process.on("SIGTERM", () => setTimeout(() => process.exit(0), ${stopMs}));
`;

/** Whether a process is there; one that has ended and that nobody has asked about does not count. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
