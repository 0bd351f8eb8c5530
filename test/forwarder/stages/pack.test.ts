import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PACK_LIMITS, type PackLimits, pack, TRUNCATION_MARK } from "../../../functions/forwarder/stages/pack.ts";
import { redate } from "../../../functions/forwarder/stages/redate.ts";
import { MAX_EVENT_AGE_MS } from "../../../functions/forwarder/stages/redate-range.ts";
import type { LogEntry } from "../../../functions/records/entry.ts";
import { logEvent, messageOf } from "../../../functions/records/event.ts";
import { INTAKE_LIMITS } from "../../../functions/records/intake-limits.ts";
import type { Payload } from "../../../functions/records/payload.ts";
import { compress, entry, lines, onTheWire, plainEvent } from "../../support/deliveries.ts";
import { anyText, awkwardText } from "../../support/texts.ts";

/** Small, so that properties meet every limit often. */
const SMALL: PackLimits = { maxEntries: 7, maxBytes: 2_000, maxEntryBytes: 900 };

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
type Sent = ReturnType<typeof onTheWire> & { readonly truncated?: { readonly originalBytes: number } };
const packed = (entries: readonly LogEntry[], limits = SMALL) => {
  const payloads = [...pack(entries, compress, entries.length, limits)];
  const batches = payloads.map(({ body, ...told }) => ({ ...told, json: gunzipSync(body) }));
  const read = (json: Uint8Array): Sent[] => JSON.parse(new TextDecoder().decode(json));
  return { batches, contents: batches.map(({ json }) => read(json)) };
};

const text = fc.oneof(
  { weight: 4, arbitrary: anyText({ maxLength: 60 }) },
  { weight: 1, arbitrary: awkwardText({ minLength: 300, maxLength: 1_200 }) },
);
/** Of two deliveries, mixed: runs of entries share their attributes. */
const attributes = fc.constantFrom(entry("").attributes, { ...entry("").attributes, service: "pay 😀", ddtags: "" });
/** What rules and the intake's limit of age change: mostly nothing. */
const changes = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      { message: text, sampleRate: fc.double({ min: 0, max: 1, noNaN: true }), redatedTo: fc.nat() },
      { requiredKeys: [] },
    ),
  },
);
const manyEntries = fc.array(fc.tuple(text, fc.nat(), attributes, changes, fc.nat(3)), { maxLength: 40 }).map((all) =>
  all.map(([message, timestamp, its, changed, item], i) => {
    const event = logEvent({ id: `e${i}`, timestamp, message });
    return { event, attributes: its, item, ...changed };
  }),
);

const TRUNCATED_MESSAGE = expect.stringMatching(/…\[truncated\]$/);

/** The least number of runs that hold all sizes within the limits: tries every place to cut. */
function fewestPayloads(sizes: readonly number[], { maxEntries, maxBytes }: PackLimits): number {
  const fewest = [0];
  for (let end = 1; end <= sizes.length; end++) {
    let best = Number.POSITIVE_INFINITY;
    let bytes = 1;
    for (let start = end - 1; start >= 0 && end - start <= maxEntries; start--) {
      bytes += (sizes[start] ?? 0) + 1;
      if (bytes <= maxBytes) best = Math.min(best, (fewest[start] ?? 0) + 1);
    }
    fewest.push(best);
  }
  return fewest[sizes.length] ?? 0;
}

describe("packing", () => {
  it("loses nothing and keeps order; what fits stays as it is, what does not is cut", () => {
    fc.assert(
      fc.property(manyEntries, (entries) => {
        const expected = entries.map((one) => {
          const sent = onTheWire(one);
          if (bytesOf(sent) <= SMALL.maxEntryBytes) return sent;
          const truncated = { originalBytes: Buffer.byteLength(sent.message) };
          return { ...sent, message: TRUNCATED_MESSAGE, truncated };
        });
        expect(packed(entries).contents.flat()).toEqual(expected);
      }),
    );
  });

  it("never goes over a limit", () => {
    fc.assert(
      fc.property(manyEntries, (entries) => {
        const { batches, contents } = packed(entries);
        for (const { json } of batches) expect(json.length).toBeLessThanOrEqual(SMALL.maxBytes);
        for (const content of contents) {
          expect(content.length).toBeLessThanOrEqual(SMALL.maxEntries);
          for (const one of content) expect(bytesOf(one)).toBeLessThanOrEqual(SMALL.maxEntryBytes);
        }
      }),
    );
  });

  it("makes as few payloads as can hold the entries", () => {
    fc.assert(
      fc.property(manyEntries, (entries) => {
        const { batches, contents } = packed(entries);
        expect(batches.length).toBe(fewestPayloads(contents.flat().map(bytesOf), SMALL));
      }),
    );
  });

  it("tells each payload's counts, bytes and times", () => {
    fc.assert(
      fc.property(manyEntries, (entries) => {
        const { batches, contents } = packed(entries);
        for (const [i, { json, ...told }] of batches.entries()) {
          const content = contents[i] ?? [];
          const first = entries.find(({ event }) => plainEvent(event).id === content[0]?.id);
          const times = content.map(({ timestamp }) => timestamp);
          expect(told).toEqual({
            encoding: "gzip",
            entryCount: content.length,
            rawBytes: json.length,
            firstEventMs: Math.min(...times),
            lastEventMs: Math.max(...times),
            truncatedCount: content.filter(({ truncated }) => truncated).length,
            firstItem: first?.item,
          });
          expect(content).not.toEqual([]);
        }
      }),
    );
  });

  it("gives no payload for no entries", () => {
    expect([...pack([], compress, 0)]).toEqual([]);
  });

  it("makes the same payloads however many entries were expected", () => {
    fc.assert(
      fc.property(manyEntries, fc.nat(100), (entries, likelyCount) => {
        const payloads = [...pack(entries, compress, likelyCount, SMALL)];
        expect(payloads).toEqual([...pack(entries, compress, entries.length, SMALL)]);
      }),
    );
  });

  it("takes an entry only when a payload is asked for, and the one that did not fit stays for the next", () => {
    let taken = 0;
    function* counted() {
      for (const one of lines(20).map(entry)) {
        taken += 1;
        yield one;
      }
    }
    const payloads = pack(counted(), compress, 20, { ...SMALL, maxBytes: 10_000 });
    expect(taken).toBe(0);
    for (const entryCount of [7, 7, 6]) {
      const before = taken;
      expect(payloads.next().value).toMatchObject({ entryCount });
      expect(taken - before).toBeLessThanOrEqual(SMALL.maxEntries + 1);
    }
    expect(payloads.next().done).toBe(true);
  });

  it("mixes nothing up if another is packed while entries are taken for one", () => {
    const [one = [], other = []] = [lines(30, 100), lines(30, 110)].map((all) => all.map(entry));
    const sent: unknown[] = [];
    const send = (payload: Payload) => sent.push(...JSON.parse(gunzipSync(payload.body).toString()));
    const others = pack(other, compress, 30, SMALL);
    function* alternating() {
      for (const it of one) {
        const next = others.next();
        if (!next.done) send(next.value);
        yield it;
      }
    }
    const mixed = [...pack(alternating(), compress, 30, SMALL)];
    expect(sent).toEqual(other.map(onTheWire));
    sent.length = 0;
    mixed.forEach(send);
    expect(sent).toEqual(one.map(onTheWire));
  });

  it("fills a payload to its last byte", () => {
    const two = [entry("a", 0), entry("b", 1)];
    const maxBytes = bytesOf(two.map(onTheWire));
    expect(packed(two, { ...SMALL, maxBytes }).batches).toHaveLength(1);
    expect(packed(two, { ...SMALL, maxBytes: maxBytes - 1 }).batches).toHaveLength(2);
  });

  it("puts an entry that is larger than a payload may be into one of its own", () => {
    const { batches } = packed([entry("a", 0), entry("b", 1)], { ...SMALL, maxBytes: 100 });
    expect(batches.map(({ entryCount }) => entryCount)).toEqual([1, 1]);
  });

  it("keeps the intake's real limits", () => {
    const short = lines(2_500).map((line, i) => entry(`${line} 😀`, i));
    const counted = packed(short, INTAKE_LIMITS);
    expect(counted.batches.map(({ entryCount }) => entryCount)).toEqual([1_000, 1_000, 500]);
    expect(counted.contents.flat()).toEqual(short.map(onTheWire));

    // Six of them would be 5.1 MB, which is less than 5 MiB.
    const large = packed(lines(13, 850_000).map(entry), INTAKE_LIMITS);
    expect(large.batches.map(({ entryCount }) => entryCount)).toEqual([5, 5, 3]);
    expect(large.contents.flat().map(({ message }) => message.length)).toEqual(Array(13).fill(850_000));

    const [cut] = packed([entry("😀".repeat(1_000_000))], INTAKE_LIMITS).contents.flat();
    expect(bytesOf(cut)).toBeGreaterThan(1_000_000 - 104);
    expect(bytesOf(cut)).toBeLessThanOrEqual(1_000_000);
    expect(cut?.truncated).toEqual({ originalBytes: 4_000_000 });
  });
});

describe("an entry that is too long", () => {
  const { maxEntryBytes } = SMALL;

  it("keeps the longest beginning that fits, in whole characters, and is marked", () => {
    fc.assert(
      fc.property(awkwardText({ minLength: 700, maxLength: 1_000 }), (message) => {
        const [cut] = packed([entry(message)]).contents.flat();
        expect(cut?.message).toEqual(TRUNCATED_MESSAGE);
        const kept = [...(cut?.message.slice(0, -TRUNCATION_MARK.length) ?? "")];
        const characters = [...message];
        // Equal character by character: half a pair at the end would differ from the pair that stood there.
        expect(kept).toEqual(characters.slice(0, kept.length));
        expect(bytesOf(cut)).toBeLessThanOrEqual(maxEntryBytes);
        const oneMore = characters.slice(0, kept.length + 1).join("") + TRUNCATION_MARK;
        expect(bytesOf({ ...cut, message: oneMore })).toBeGreaterThan(maxEntryBytes);
      }),
    );
  });

  it.each(["\0", '"', "\ud83d", "\ude00", "é", "😀"])("is cut to fit if it is full of %j", (character) => {
    const { batches, contents } = packed([entry(character.repeat(1_000)), entry("short", 1)]);
    expect(contents.flat().map(({ id }) => id)).toEqual(["e0", "e1"]);
    expect(batches[0]?.truncatedCount).toBe(1);
    const slack = maxEntryBytes - bytesOf(contents[0]?.[0]);
    expect(slack).toBeGreaterThanOrEqual(0);
    expect(slack).toBeLessThan(bytesOf(character) - 2);
  });

  it("is not cut if it fits once its text is escaped as little as JSON needs", () => {
    const json = Buffer.from(`{"id":"e0","timestamp":1,"message":"${"\\u0041".repeat(100)}"`);
    const messageStart = json.indexOf("\\u");
    const event = { json, start: 0, messageStart, messageEnd: json.length - 1, timestamp: 1 };
    const limits = { ...SMALL, maxEntryBytes: json.length };
    const { batches, contents } = packed([{ ...entry(""), event }], limits);
    expect(json.length).toBeGreaterThan(600);
    expect(contents.flat().map(({ message, truncated }) => [message, truncated])).toEqual([
      ["A".repeat(100), undefined],
    ]);
    expect(batches[0]?.truncatedCount).toBe(0);
  });

  it("is cut, too, if a rule wrote the text, and keeps what else is said of it", () => {
    const changed = { ...entry("short"), message: "é".repeat(1_000), sampleRate: 0.5, redatedTo: 7 };
    const [cut] = packed([changed]).contents.flat();
    expect(cut).toEqual({ ...onTheWire(changed), message: TRUNCATED_MESSAGE, truncated: { originalBytes: 2_000 } });
    expect(bytesOf(cut)).toBeLessThanOrEqual(maxEntryBytes);
    expect(messageOf(changed.event)).toBe("short");
  });

  it("still fits into the intake's limit if the replayer gives it another time", () => {
    const payloads = [...pack([entry("x".repeat(1_000_000))], compress, 1)];
    const [cut] = JSON.parse(gunzipSync(payloads[0]?.body ?? "").toString());
    expect(bytesOf(cut)).toBeLessThanOrEqual(PACK_LIMITS.maxEntryBytes);
    const now = cut.timestamp + 2 * MAX_EVENT_AGE_MS;
    const { entries, count } = redate([cut], now);
    expect(count).toBe(1);
    expect(bytesOf(entries[0])).toBeLessThanOrEqual(INTAKE_LIMITS.maxEntryBytes);
  });

  it("is whole if it fits to the last byte", () => {
    const fitting = entry("x".repeat(100));
    const maxBytes = bytesOf(onTheWire(fitting));
    expect(packed([fitting], { ...SMALL, maxEntryBytes: maxBytes }).contents).toEqual([[onTheWire(fitting)]]);
    expect(packed([fitting], { ...SMALL, maxEntryBytes: maxBytes - 1 }).batches[0]?.truncatedCount).toBe(1);
  });
});
