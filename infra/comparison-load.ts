/** What the generator's container takes from its environment. */
export const LOAD_ENV = {
  linesPerSecond: "LINES_PER_SECOND",
  lineBytes: "LINE_BYTES",
  seconds: "SECONDS",
  run: "RUN",
} as const;

/**
 * The generator of both services, as the text of a script for `node -e`, so that no image has to be built. Writes lines
 * with a sequence number and the time at which each was due, `{"run":…,"seq":…,"dueMs":…,"pad":…}`: by the clock,
 * whether or not the path keeps up, or waiting for a slow path would hide its latency. Ends after SECONDS and then
 * idles, since a service would start a task that ended again.
 */
export const LOAD_SCRIPT = `
const env = process.env;
const perSecond = Number(env.${LOAD_ENV.linesPerSecond}), bytes = Number(env.${LOAD_ENV.lineBytes});
const total = perSecond * Number(env.${LOAD_ENV.seconds});
const startMs = Date.now();
let seq = 0;
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor((Date.now() - startMs) * perSecond / 1000));
  let text = "";
  for (; seq < due; seq++) {
    const line = JSON.stringify({ run: env.${LOAD_ENV.run}, seq, dueMs: startMs + Math.round(seq * 1000 / perSecond) });
    text += line.slice(0, -1) + ',"pad":"' + "x".repeat(Math.max(0, bytes - line.length - 9)) + '"}\\n';
  }
  if (text) process.stdout.write(text);
  if (seq >= total) { clearInterval(timer); setInterval(() => {}, 3600000); }
}, 10);
process.on("SIGTERM", () => process.exit(0));
`;
