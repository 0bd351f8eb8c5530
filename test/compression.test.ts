import { mersenne } from "pure-rand/generator/mersenne";
import { expect, test } from "vitest";
import { compressed, decompress } from "../functions/compression.ts";
import { drawFrom } from "./fuzz/mutate.ts";

const LEVELS = { zstdLevel: 1, gzipLevel: 3 };
/** The magic number of a frame. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

test("a zstd body is one frame, also where it just fills a chunk", () => {
  const draw = drawFrom(mersenne(1));
  const lengths = new Set<number>();
  for (let i = 0; i < 5_000; i++) {
    // As good as random, so that about half of them remain: about 1,024 bytes, the size of the smallest chunk.
    const json = Buffer.from(Array.from({ length: 1_450 + draw(250) }, () => draw(36).toString(36)).join(""));
    const body = compressed(json, "zstd", LEVELS);
    lengths.add(body.length);
    expect(Buffer.from(body).lastIndexOf(MAGIC)).toBe(0);
    expect(decompress(body).equals(json)).toBe(true);
  }
  expect(lengths).toContain(1_024);
});
