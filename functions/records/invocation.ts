/**
 * The invocation's own facts: what the log entries name as their forwarder, and how long there is.
 * `deadlineMs` is the moment, on the monotonic clock, when Lambda would end the invocation.
 */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly deadlineMs: number;
  readonly coldStart: boolean;
}
