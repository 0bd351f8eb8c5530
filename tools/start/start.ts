/** `npm start`: the built functions on this machine, run the way Lambda does. A tour of the promise, or your own lines. */
import { UsageError } from "../arguments.ts";
import { endOnClosedPipe } from "../closed-pipe.ts";
import { HELP, parseOptions } from "./options.ts";
import { sendLines } from "./send-lines.ts";
import { showTour } from "./tour.ts";

async function main(): Promise<void> {
  // Not all was sent then.
  endOnClosedPipe(1);
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === "help") process.stdout.write(HELP);
    else process.exitCode = await ("tour" in options ? showTour(options) : sendLines(options));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nSee npm start -- --help.\n`);
    process.exitCode = 2;
  }
}

await main();
