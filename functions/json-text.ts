/**
 * A value that came as JSON, as JSON text again: the same that `JSON.stringify` writes, of any depth. That calls itself
 * for each level, and a few thousand brackets, far less than an event may hold, are more than its stack takes.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    if (error instanceof RangeError) return deepJsonText(value);
    throw error;
  }
}

/** A list or object whose end is not written yet. */
interface Open {
  /** Undefined: a list. */
  readonly names: readonly string[] | undefined;
  readonly values: readonly unknown[];
  next: number;
}

/** Slower, and with a stack of its own. Exported for its test. */
export function deepJsonText(value: unknown): string {
  const done: string[] = [];
  const open: Open[] = [];
  const write = (one: unknown) => {
    if (typeof one !== "object" || one === null) done.push(JSON.stringify(one) ?? "null");
    else if (Array.isArray(one)) {
      done.push("[");
      open.push({ names: undefined, values: one, next: 0 });
    } else {
      done.push("{");
      open.push({ names: Object.keys(one), values: Object.values(one), next: 0 });
    }
  };
  write(value);
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const { names, values, next } = level;
    if (next === values.length) {
      done.push(names ? "}" : "]");
      open.pop();
      continue;
    }
    if (next > 0) done.push(",");
    if (names) done.push(`${JSON.stringify(names[next])}:`);
    level.next += 1;
    write(values[next]);
  }
  return done.join("");
}
