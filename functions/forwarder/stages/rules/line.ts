import { type LogEvent, messageOf } from "../../../records/event.ts";

/**
 * An event's text as all rules read it. Lambda leaves the newline at the end of each event and the awslogs driver does not, so a
 * last newline is no part of the line: `ok$` matches in both, as in Python, whose `$` matches before a last newline, too.
 */
export interface Line {
  readonly text: string;
  /** `\n`, `\r\n`, or the `\r` that the awslogs driver leaves of that; empty if there is none. */
  readonly ending: string;
}

export function lineOf(event: LogEvent): Line {
  const message = messageOf(event);
  const ending = endingOf(message);
  return ending === "" ? { text: message, ending } : { text: message.slice(0, -ending.length), ending };
}

function endingOf(message: string): string {
  if (message.endsWith("\n")) return message.endsWith("\r\n") ? "\r\n" : "\n";
  return message.endsWith("\r") ? "\r" : "";
}
