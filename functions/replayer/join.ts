import { decompress } from "../compression.ts";
import { INTAKE_LIMITS } from "../records/intake-limits.ts";
import type { Compress, Payload } from "../records/payload.ts";
import { release } from "../release.ts";

/** A request to be: one payload as it is, or small ones joined. */
export interface Shipment<P> {
  readonly payload: Payload;
  readonly parts: readonly [P, ...P[]];
}

/** Joining a larger one saves at most one request, and costs as much as two. */
const MAX_PART_ENTRIES = INTAKE_LIMITS.maxEntries / 2;

/**
 * Payloads in their order, small neighbours joined until the intake's limits are reached. Made one at a time, when there
 * is room to send it. One that is alone, or large, or not what it says of itself, stays byte for byte as it was.
 * @param maxBytes of the JSON of joined ones, and at most the intake's limit
 */
export function* shipments<P extends { readonly payload: Payload; readonly alone?: boolean }>(
  parts: Iterable<P>,
  compress: Compress,
  maxBytes: number = INTAKE_LIMITS.maxBytes,
): Generator<Shipment<P>> {
  let open: { readonly part: P; readonly json: Buffer }[] = [];
  let entries = 0;
  let bytes = 0;
  const close = function* (): Generator<Shipment<P>> {
    const [first, ...more] = open;
    open = [];
    entries = 0;
    bytes = 0;
    if (!first) return;
    if (more.length === 0) {
      release(first.json);
      yield { payload: first.part.payload, parts: [first.part] };
    } else yield { payload: joined([first, ...more], compress), parts: [first.part, ...more.map(({ part }) => part)] };
  };
  for (const part of parts) {
    const json = part.alone ? undefined : smallJson(part.payload, maxBytes / 2);
    if (!json) {
      // Before it, so that the order stays.
      yield* close();
      yield { payload: part.payload, parts: [part] };
      continue;
    }
    const { entryCount } = part.payload;
    if (entries + entryCount > INTAKE_LIMITS.maxEntries || bytes + json.length > maxBytes) yield* close();
    open.push({ part, json });
    entries += entryCount;
    bytes += json.length;
  }
  yield* close();
}

const [OPEN = 0, CLOSE = 0] = Buffer.from("[]");
const COMMA = Buffer.from(",");

/** The JSON array, if it is one as this project writes it, and small. */
function smallJson({ body, entryCount, rawBytes }: Payload, maxBytes: number): Buffer | undefined {
  if (entryCount > MAX_PART_ENTRIES || rawBytes > maxBytes) return undefined;
  try {
    const json = decompress(body, maxBytes);
    return json.length > 2 && json[0] === OPEN && json.at(-1) === CLOSE ? json : undefined;
  } catch {
    // It is sent alone: what is wrong with it, the intake says.
    return undefined;
  }
}

/** Without reading the entries: what is between the brackets, one after the other. */
function joined(
  parts: readonly { readonly part: { readonly payload: Payload }; readonly json: Buffer }[],
  compress: Compress,
): Payload {
  const pieces = parts.flatMap(({ json }, i) => [i === 0 ? json.subarray(0, 1) : COMMA, json.subarray(1, -1)]);
  const json = Buffer.concat([...pieces, Buffer.from("]")]);
  for (const part of parts) release(part.json);
  const rawBytes = json.length;
  const compressed = compress(json);
  release(json);
  const payloads = parts.map(({ part }) => part.payload);
  return {
    ...compressed,
    entryCount: payloads.reduce((sum, { entryCount }) => sum + entryCount, 0),
    rawBytes,
    firstEventMs: payloads.map(({ firstEventMs }) => firstEventMs).reduce((a, b) => Math.min(a, b)),
    lastEventMs: payloads.map(({ lastEventMs }) => lastEventMs).reduce((a, b) => Math.max(a, b)),
  };
}
