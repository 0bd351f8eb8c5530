/** What to do with a request: the answer, and how it goes out. Carried out by the server. */
export interface Reply {
  readonly delivery: "answer" | "reset" | "hang";
  readonly delayMs: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const EMPTY: Reply = { delivery: "answer", delayMs: 0, status: 0, headers: {}, body: "" };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { ...EMPTY, status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
