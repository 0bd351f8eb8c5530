/** `npm start`: the built forwarder on this machine, run the way Lambda does, on sample or own lines. */
import { fileURLToPath } from "node:url";
import { SingleBar } from "cli-progress";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { UsageError } from "../arguments.ts";
import { endOnClosedPipe } from "../closed-pipe.ts";
import { localFunction } from "../lambda/lambda-process.ts";
import { openDeliveries } from "./input.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import {
  addUp,
  compareWithRecorder,
  emptyTotals,
  type Row,
  renderEntries,
  renderHeader,
  renderRow,
  renderTotals,
} from "./print.ts";

/** Passed on to the function if set here; everything else in this environment stays out of its sight. */
const PASSED_ON =
  /^(DD_(TAGS|ENV|SERVICE|SOURCE|COMPRESSION|COMPRESSION_LEVEL|MAX_WORKERS|SCRUBBING_\w+|MULTILINE_\w+)|(IN|EX)CLUDE_AT_MATCH|REDACT_\w+|SIDECARLESS_\w+)$/;
const PASSED_ON_TO_DATADOG =
  /^(DD_(API_KEY|SITE|URL|PORT|NO_SSL)|NODE_EXTRA_CA_CERTS|(HTTPS?|NO)_PROXY|(https?|no)_proxy)$/;

/** Standing in for a key where any will do. */
const LOCAL_KEY = "local-recorder-takes-this-key";

/** From this size on, a person who watches gets a bar instead of a line for each delivery. */
const BAR_FROM_BYTES = 20_000_000;

async function run(options: Options): Promise<number> {
  const interrupt = onInterrupt();
  const deliveries = await openDeliveries(options, interrupt);
  // Ids are counted for all; only as many entries are kept as are shown.
  const recorder = options.to === "recorder" ? createRecorder({ apiKey: LOCAL_KEY, keepEntries: 3 }) : undefined;
  const server = recorder && (await serveRecorder(recorder, 0));
  const forwarder = localFunction({
    functionName: "forwarder",
    bundle: fileURLToPath(new URL("../../dist/forwarder/index.mjs", import.meta.url)),
    environment: {
      ...pick(process.env, PASSED_ON),
      ...(server
        ? { DD_API_KEY: LOCAL_KEY, DD_URL: server.host, DD_PORT: String(server.port), DD_NO_SSL: "true" }
        : pick(process.env, PASSED_ON_TO_DATADOG)),
    },
    timeoutMs: 60_000,
    memoryMb: 512,
  });
  const watched = process.stdout.isTTY && process.stderr.isTTY;
  const withBar =
    watched && options.file !== undefined && (deliveries.bytesTotal ?? Number.POSITIVE_INFINITY) >= BAR_FROM_BYTES;
  const bar = withBar ? progressBar(deliveries.bytesTotal) : undefined;
  const totals = emptyTotals();
  try {
    process.stdout.write(`Sending to ${server ? `a recorder at ${server.url}` : datadogHost()}\n\n`);
    if (!bar) process.stdout.write(renderHeader());
    for await (const { logGroup, eventCount, event } of deliveries.all) {
      const invoked = await forwarder.invoke(event);
      const row: Row = { number: totals.deliveries + 1, logGroup, sent: eventCount, invoked };
      addUp(totals, row);
      if (bar) bar.update(deliveries.bytesRead(), { events: totals.sent });
      else process.stdout.write(renderRow(row));
      // Samples have no input that could be ended.
      if (interrupt.aborted && options.file === undefined) break;
    }
  } finally {
    bar?.stop();
    await forwarder.kill();
    await server?.stop();
  }
  if (bar) process.stdout.write(renderHeader());
  const summary = recorder?.summary();
  if (summary) compareWithRecorder(totals, summary);
  process.stdout.write(renderTotals(totals, deliveries.emptyLines(), summary));
  if (recorder) process.stdout.write(renderEntries(recorder.entries()));
  if (interrupt.aborted) {
    process.stdout.write("Interrupted: what had not been read yet was not sent.\n");
    return INTERRUPTED;
  }
  return totals.problems.length === 0 ? 0 : 1;
}

const INTERRUPTED = 130;

/** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write("\nInterrupted: what was read is sent first; once more to stop at once.\n");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}

/** For a person to see where the lines go. Wrong settings are told by the forwarder itself. */
function datadogHost(): string {
  const config = parseConfig(process.env);
  return config instanceof ConfigError ? "Datadog" : `${config.intake.host}, port ${config.intake.port}`;
}

function pick(environment: NodeJS.ProcessEnv, names: RegExp): Record<string, string> {
  const picked = Object.entries(environment).filter(([name, value]) => names.test(name) && value !== undefined);
  return Object.fromEntries(picked) as Record<string, string>;
}

function progressBar(bytesTotal: number | undefined): SingleBar {
  const known = bytesTotal !== undefined;
  const bar = new SingleBar({
    format: known
      ? "{bar} {percentage} % · {events} events · {eta_formatted} left"
      : "{events} events · {duration_formatted}",
    hideCursor: true,
  });
  bar.start(bytesTotal ?? 0, 0, { events: 0 });
  return bar;
}

async function main(): Promise<void> {
  // Not all was sent then.
  endOnClosedPipe(1);
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === "help") process.stdout.write(HELP);
    else process.exitCode = await run(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nSee npm start -- --help.\n`);
    process.exitCode = 2;
  }
}

await main();
