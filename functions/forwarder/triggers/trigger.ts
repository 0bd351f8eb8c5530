import type { Report } from "../../metrics/report.ts";
import type { LogEntry } from "../../records/entry.ts";
import type { SaidBy } from "../stages/precedence.ts";
import type { Clean } from "../stages/rules/redact-names.ts";

/** One kind of event that invokes the forwarder. Nothing else in it knows where a delivery came from. */
export interface Trigger {
  /** What is in an event of this kind; undefined if it is of another kind. Never throws. */
  readonly itemsOf: (event: unknown, about: AboutForwarder) => readonly Item[] | undefined;
  /**
   * What the function answers its caller.
   * @throws the failure, if the caller can be told in no other way that it must try again.
   */
  readonly answer: (handled: Handled, items: readonly Item[]) => unknown;
}

/** A part of an event that is read, stored if it can't be, and handed back on its own: a delivery, a stream's record. */
export interface Item {
  /** As it came: what the store keeps if it can't be read. */
  readonly whole: unknown;
  readonly content: /** What CloudWatch Logs delivers: base64(gzip(JSON)). `field`: its name, for a reason. */
    | { readonly kind: "delivery"; readonly data: string; readonly field: string }
    /** Logs that are complete already. */
    | { readonly kind: "entries"; readonly entries: readonly LogEntry[] }
    /** `reason`: why it can't be read, in words that hold nothing of the content. */
    | { readonly kind: "unknown"; readonly reason: string };
}

/** What a trigger may need that makes entries of its own. */
export interface AboutForwarder {
  readonly functionArn: string;
  /** What the settings say of every entry. */
  readonly said: SaidBy;
  /**
   * Takes out what the rules redact, before any of it becomes a text or a tag. Called once for each entry. Undefined: there
   * are none.
   */
  readonly clean?: Clean;
}

/** How an invocation ended. */
export interface Handled {
  readonly report: Report;
  /** Neither intake nor store took all of it: the caller must try again. */
  readonly failure?: Error;
  /** Position of the first item of which anything was neither delivered nor stored. */
  readonly firstFailedItem?: number;
}
