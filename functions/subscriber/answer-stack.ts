import type { Clock } from "../clock.ts";
import { codeOf } from "../error-code.ts";
import type { StackRequest } from "./work.ts";

export interface StackAnswer {
  readonly status: "SUCCESS" | "FAILED";
  /** For people who look at the stack's events. */
  readonly reason: string;
  readonly physicalId: string;
}

/** CloudFormation did not take an answer, and waits on. The URL is no part of the message. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

export type AnswerStack = (request: StackRequest, answer: StackAnswer) => Promise<void>;

const TRIES = 5;
const FIRST_PAUSE_MS = 500;
const TIMEOUT_MS = 10_000;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html (2026-11): 4 KB in all */
const MAX_REASON = 1_000;

/** Tells CloudFormation how it went. @throws AnswerError if it can't be told */
export const answerStack =
  (clock: Clock): AnswerStack =>
  async ({ ResponseURL, StackId, RequestId, LogicalResourceId }, { status, reason, physicalId }) => {
    const Reason = reason.slice(0, MAX_REASON);
    const PhysicalResourceId = physicalId;
    const text = JSON.stringify({ Status: status, Reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId });
    // As bytes it has no content type, and the URL is signed for none.
    const body = new TextEncoder().encode(text);
    let trouble = "";
    for (let tries = 1; tries <= TRIES; tries++) {
      try {
        const response = await fetch(ResponseURL, { method: "PUT", body, signal: AbortSignal.timeout(TIMEOUT_MS) });
        await response.arrayBuffer();
        if (response.ok) return;
        trouble = `http ${response.status}`;
      } catch (error) {
        trouble = codeOf(error);
      }
      if (tries < TRIES) await clock.sleep(clock.random() * FIRST_PAUSE_MS * 2 ** tries);
    }
    throw new AnswerError(
      `CloudFormation did not take the answer ${status} for ${LogicalResourceId} (${trouble}). Its deployment waits until it gives up.`,
    );
  };
