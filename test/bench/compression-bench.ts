/**
 * `node test/bench/compression-bench.ts FILE…`: what each encoding and level costs on one's own logs, and how small bodies
 * become. Each file's lines become entries with the usual attributes, in payloads of 1,000. Without files: lines made up.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { compressed } from "../../functions/compression.ts";
import type { Encoding } from "../../functions/records/payload.ts";
import { entry, onTheWire } from "../support/deliveries.ts";
import { median, realisticLines } from "./figures.ts";

const PAYLOAD_ENTRIES = 1_000;
const MAX_LINES = 10_000;
const ROUNDS = 9;

const CASES: readonly (readonly [Encoding, number])[] = [
  ["gzip", 1],
  ["gzip", 3],
  ["gzip", 4],
  ["gzip", 5],
  ["gzip", 6],
  ["zstd", 1],
  ["zstd", 2],
  ["zstd", 3],
];

function payloadsOf(lines: readonly string[]): Buffer[] {
  const payloads: Buffer[] = [];
  for (let i = 0; i < lines.length; i += PAYLOAD_ENTRIES) {
    const entries = lines.slice(i, i + PAYLOAD_ENTRIES).map((line, j) => onTheWire(entry(line, i + j)));
    payloads.push(Buffer.from(JSON.stringify(entries)));
  }
  return payloads;
}

function measure(payloads: readonly Buffer[], encoding: Encoding, level: number) {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    bytes = 0;
    for (const json of payloads) bytes += compressed(json, encoding, { zstdLevel: level, gzipLevel: level }).length;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return { ms: median(times), bytes };
}

const files = process.argv.slice(2);
const inputs: [name: string, lines: string[]][] =
  files.length === 0
    ? [["made up", realisticLines(MAX_LINES)]]
    : files.map((file) => {
        const lines = readFileSync(file, "utf8").split(/\r?\n/).filter(Boolean).slice(0, MAX_LINES);
        return [path.basename(file), lines];
      });

const print = (cells: readonly string[]) => {
  const [first = "", ...others] = cells;
  process.stdout.write(`${first.padEnd(24)}${others.map((cell) => cell.padStart(15)).join("")}\n`);
};
const totals = CASES.map(() => ({ ms: 0, bytes: 0, relative: 0, worst: 0 }));
print(["CPU ms / KB out", ...CASES.map(([encoding, level]) => `${encoding} ${level}`)]);
for (const [name, lines] of inputs) {
  const payloads = payloadsOf(lines);
  const results = CASES.map(([encoding, level]) => measure(payloads, encoding, level));
  const gzip6 = results[CASES.findIndex(([encoding, level]) => encoding === "gzip" && level === 6)]?.bytes ?? 1;
  results.forEach(({ ms, bytes }, i) => {
    const total = totals[i];
    if (!total) return;
    total.ms += ms;
    total.bytes += bytes;
    total.relative += bytes / gzip6 / inputs.length;
    total.worst = Math.max(total.worst, bytes / gzip6);
  });
  print([name, ...results.map(({ ms, bytes }) => `${ms.toFixed(1)} / ${(bytes / 1_000).toFixed(0)}`)]);
}
print(["all", ...totals.map(({ ms, bytes }) => `${ms.toFixed(0)} / ${(bytes / 1_000).toFixed(0)}`)]);
print(["bytes to gzip 6, mean", ...totals.map(({ relative }) => relative.toFixed(3))]);
print(["bytes to gzip 6, worst", ...totals.map(({ worst }) => worst.toFixed(3))]);
