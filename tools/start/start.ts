/** `npm start`: the built functions on this machine, run the way Lambda does. A tour of the promise, or your own lines. */
import { builtFunctions } from "../bundle/built-functions.ts";
import { commandLine } from "../command-line.ts";
import { HELP, parseOptions } from "./options.ts";
import { sendLines } from "./send-lines.ts";
import { showTour } from "./tour.ts";

// Not all was sent when the reader of the output has gone.
await commandLine("npm start", 1, async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") return void process.stdout.write(HELP);
  await builtFunctions();
  return "tour" in options ? showTour(options) : sendLines(options);
});
