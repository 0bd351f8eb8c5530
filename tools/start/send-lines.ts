import { SingleBar } from "cli-progress";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { INTERRUPTED, onInterrupt } from "../progress.ts";
import { builtFunction, entrySettings, intakeSettings, LOCAL_KEY } from "./built-function.ts";
import { openDeliveries } from "./input.ts";
import type { LineOptions } from "./options.ts";
import {
  addUp,
  compareWithRecorder,
  emptyTotals,
  type Row,
  renderEntries,
  renderHeader,
  renderRow,
  renderTotals,
  storedOf,
} from "./print.ts";

/** From this size on, a person who watches gets a bar instead of a line for each delivery. */
const BAR_FROM_BYTES = 20_000_000;

/** Sends lines of a file or of standard input, and shows where each went. @returns the exit code @throws UsageError */
export async function sendLines(options: LineOptions): Promise<number> {
  const interrupt = onInterrupt("what was read is sent first; once more to stop at once.");
  const deliveries = await openDeliveries(options, interrupt.signal);
  // Ids are counted for all; only as many entries are kept as are shown.
  const recorder = options.to === "recorder" ? createRecorder({ apiKey: LOCAL_KEY, keepEntries: 3 }) : undefined;
  const server = recorder && (await serveRecorder(recorder, 0));
  const intake = server
    ? { DD_API_KEY: LOCAL_KEY, DD_URL: server.host, DD_PORT: String(server.port), DD_NO_SSL: "true" }
    : intakeSettings();
  const forwarder = builtFunction("forwarder", { ...entrySettings(), ...intake }, 60_000);
  const watched = process.stdout.isTTY && process.stderr.isTTY;
  const { bytesTotal = 0 } = deliveries;
  const bar = watched && bytesTotal >= BAR_FROM_BYTES ? progressBar(bytesTotal) : undefined;
  // What is said on Ctrl-C would stand in the bar's line.
  interrupt.signal.addEventListener("abort", () => bar?.stop());
  const totals = emptyTotals();
  try {
    process.stdout.write(`Sending to ${server ? `a recorder at ${server.url}` : datadogHost()}\n\n`);
    if (!bar) process.stdout.write(renderHeader());
    for await (const { logGroup, eventCount, event } of deliveries.all) {
      const invoked = await forwarder.invoke(event);
      const row: Row = { number: totals.deliveries + 1, logGroup, sent: eventCount, invoked };
      addUp(totals, row);
      const stored = storedOf(row);
      if (stored > 0)
        totals.problems.push(`Delivery ${row.number}: ${stored} events were stored instead of delivered.`);
      if (bar) bar.update(deliveries.bytesRead(), { events: totals.sent });
      else process.stdout.write(renderRow(row));
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
  if (interrupt.signal.aborted) {
    process.stdout.write("Interrupted: what had not been read yet was not sent.\n");
    return INTERRUPTED;
  }
  return totals.problems.length === 0 ? 0 : 1;
}

/** For a person to see where the lines go. Wrong settings are told by the forwarder itself. */
function datadogHost(): string {
  const config = parseConfig(process.env);
  return config instanceof ConfigError ? "Datadog" : `${config.intake.host}, port ${config.intake.port}`;
}

function progressBar(bytesTotal: number): SingleBar {
  const bar = new SingleBar({
    format: "{bar} {percentage} % · {events} events · {eta_formatted} left",
    hideCursor: true,
  });
  bar.start(bytesTotal, 0, { events: 0 });
  return bar;
}
