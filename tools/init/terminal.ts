import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "../arguments.ts";
import { INTERRUPTED } from "../progress.ts";
import type { Terminal } from "./questions.ts";

/** Questions and answers, line by line, whether a person answers or a pipe. Ctrl-C ends the process. */
export function openTerminal(
  input: Readable & { isTTY?: boolean },
  output: Writable,
): Terminal & { close: () => void } {
  const lines = createInterface({ input, output, terminal: input.isTTY === true });
  const answers = lines[Symbol.asyncIterator]();
  const interrupted = () => {
    output.write("\nNothing was written.\n");
    process.exit(INTERRUPTED);
  };
  // On a terminal readline takes the key; elsewhere it comes as a signal.
  lines.on("SIGINT", interrupted);
  process.on("SIGINT", interrupted);
  return {
    say: (text) => void output.write(text),
    async ask(question) {
      lines.setPrompt(question);
      lines.prompt();
      const { value, done } = await answers.next();
      if (done) throw new UsageError("\nThe input ended before every question was answered. Nothing was written.");
      return value;
    },
    close: () => lines.close(),
  };
}
