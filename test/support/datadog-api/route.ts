import type { AnySchemaObject } from "ajv";

/** One operation of the API, as Datadog's OpenAPI documents have it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one part of the path, which `answer` gets as `params.name`. */
  readonly path: string;
  /**
   * Which keys a request needs: the API key alone; an application key, too; or one with this scope (its `x-permission`, or the
   * scope of its `AuthZ`).
   */
  readonly needs: "API key" | "application key" | { readonly scope: string };
  /** Query parameters that there are, by name; any other is refused. Values are texts that must match. */
  readonly query?: Readonly<Record<string, RegExp>>;
  /** JSON Schema of the body, which must be there then; undefined: there must be none. See `schema.ts`. */
  readonly body?: AnySchemaObject;
  /** Of another kind than JSON: gets the bytes, and checks them itself. */
  readonly takesBytes?: true;
  /** Called once all of this was checked. */
  readonly answer: (call: RouteCall) => Answer | Promise<Answer>;
}

export interface RouteCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed, and of the schema. */
  // biome-ignore lint/suspicious/noExplicitAny: each route knows its own body's type, which the schema has checked
  readonly body: any;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  readonly status: number;
  /** As JSON; undefined: none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** The usual form of an error. */
export const refused = (status: number, ...errors: string[]): Answer => ({ status, body: { errors } });
