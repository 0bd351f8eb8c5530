/** Of the load's containers and the recorder's. For x86_64 and arm64, from a registry that asks for no account. */
export const NODE_IMAGE = "public.ecr.aws/docker/library/node:24-slim";

/** What the generator's container takes from its environment. */
export const LOAD_ENV = {
  linesPerSecond: "LINES_PER_SECOND",
  /** Of a line on average. */
  lineBytes: "LINE_BYTES",
  seconds: "SECONDS",
  run: "RUN",
  seed: "SEED",
  /** How long it stays after its last line; without it, until it is stopped. */
  idleSeconds: "IDLE_SECONDS",
} as const;

/**
 * What the beginning of a line takes, about, with its first word. Not counted line by line: names of runs differ in
 * length, and lines of both paths would differ in text.
 */
const JSON_MARKER_BYTES = 94;
const PLAIN_MARKER_BYTES = 66;

/**
 * The generator of both services, as the text of a script for `node -e`, so that no image has to be built. Writes JSON
 * and plain lines with their marker (run, number, time at which each was due), half to one and a half times the average
 * in size, some with text beyond ASCII. The same seed gives the same lines, but for run and times. By the clock, whether
 * or not the path keeps up, or waiting for a slow path would hide its latency. Then it idles: a service would start a
 * task that ended again, and the end of a task makes its log router flush, which would shorten the last latencies.
 *
 * Words beyond ASCII are written as escapes: CloudFormation keeps ASCII only.
 */
export const LOAD_SCRIPT = `
const env = process.env;
const perSecond = Number(env.${LOAD_ENV.linesPerSecond}), average = Number(env.${LOAD_ENV.lineBytes});
const total = Math.round(perSecond * Number(env.${LOAD_ENV.seconds}));
const run = env.${LOAD_ENV.run}, idleMs = Number(env.${LOAD_ENV.idleSeconds} || 0) * 1000;
const words = "order placed for customer payment accepted cart updated stock reserved retry cache miss".split(" ");
const others = ["gr\\u00f6\\u00dfe", "\\u4fa1\\u683c", "\\u{1f389}", "\\u0153uvre"];
let state = Number(env.${LOAD_ENV.seed} || 1);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const lineOf = (seq, dueMs) => {
  const json = random() < 0.6, bytes = average * (0.5 + random());
  let line = json
    ? JSON.stringify({ run, seq, dueMs, level: "info" }).slice(0, -1) + ',"msg":"'
    : "run=" + run + " seq=" + seq + " dueMs=" + dueMs + " INFO ";
  line += pick(words);
  for (let size = json ? ${JSON_MARKER_BYTES} : ${PLAIN_MARKER_BYTES}; size < bytes; ) {
    const word = pick(random() < 0.02 ? others : words);
    line += " " + word;
    size += 1 + Buffer.byteLength(word);
  }
  return json ? line + '"}' : line;
};
const startMs = Date.now();
let seq = 0;
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor((Date.now() - startMs) * perSecond / 1000) + 1);
  let text = "";
  for (; seq < due; seq++) text += lineOf(seq, startMs + Math.round(seq * 1000 / perSecond)) + "\\n";
  if (text) process.stdout.write(text);
  if (seq < total) return;
  clearInterval(timer);
  if (idleMs) setTimeout(() => process.exit(0), idleMs);
  else setInterval(() => {}, 3600000);
}, 10);
process.on("SIGTERM", () => process.exit(0));
`;
