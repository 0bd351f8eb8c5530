/** `npm run fuzz`: events of every kind with something wrong in them, for so many seconds. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mersenne } from "pure-rand/generator/mersenne";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { problemWith } from "./check.ts";
import { nextEvent } from "./inputs.ts";
import { drawFrom } from "./mutate.ts";

const HELP = `Forwards events with something wrong in them, and holds the promise against what comes out.

Usage: npm run fuzz [-- --seconds 60] [--seed N]
       npm run fuzz -- --replay FILE

  --seconds N    how long (default 60)
  --seed N       where to begin; each event has the seed after the one before (default: another one each time)
  --replay FILE  one event that failed before
  --help         this text

An event that fails, or takes longer than 10 s, is written to fuzz-failures/.
Exit code: 0 if none failed, 1 if one did, 2 if it was called wrongly.
`;

const FOLDER = "fuzz-failures";
const SLOW_MS = 10_000;

function parseOptions(args: string[]) {
  const { values } = readArguments({
    args,
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      replay: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const whole = (name: "seconds" | "seed") => {
    if (!/^\d{1,10}$/.test(values[name]))
      throw new UsageError(`--${name} must be a whole number; it is "${values[name]}".`);
    return Number(values[name]);
  };
  return { seconds: whole("seconds"), seed: whole("seed"), replay: values.replay, help: values.help };
}

async function judged(event: unknown): Promise<string | undefined> {
  const start = performance.now();
  const problem = await problemWith(event);
  const ms = performance.now() - start;
  return problem ?? (ms > SLOW_MS ? `took ${(ms / 1_000).toFixed(0)} s` : undefined);
}

async function main(): Promise<number> {
  const { seconds, seed, replay, help } = parseOptions(process.argv.slice(2));
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (help) {
    print(HELP.trimEnd());
    return 0;
  }
  if (replay !== undefined) {
    const problem = await judged(JSON.parse(readFileSync(replay, "utf8")));
    print(problem ?? "All of it is accounted for.");
    return problem === undefined ? 0 : 1;
  }
  const endMs = performance.now() + seconds * 1_000;
  let failed = 0;
  let count = 0;
  for (; performance.now() < endMs; count++) {
    const event = nextEvent(drawFrom(mersenne(seed + count)));
    const problem = await judged(event);
    if (problem === undefined) continue;
    failed += 1;
    mkdirSync(FOLDER, { recursive: true });
    const file = `${FOLDER}/${seed + count}.json`;
    writeFileSync(file, JSON.stringify(event));
    print(`${problem}\n  again: npm run fuzz -- --replay ${file}`);
  }
  print(`${count} events from seed ${seed} on: ${count - failed} accounted for, ${failed} not`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nSee npm run fuzz -- --help.\n`);
  process.exitCode = 2;
}
