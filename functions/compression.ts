import { builtin } from "./builtin.ts";
import type { Encoding } from "./records/payload.ts";

const { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } = builtin("node:zlib");

export { gunzipSync };

export interface Levels {
  readonly zstdLevel: number;
  readonly gzipLevel: number;
}

/**
 * Compressed on the main thread: handing it to the thread pool costs a third more CPU time in all, and a function with
 * less than 1,769 MB has no second core that would make up for it.
 */
export function compressed(json: Uint8Array, encoding: Encoding, { zstdLevel, gzipLevel }: Levels): Uint8Array {
  // Logs with their attributes become a tenth or less: one chunk holds them, and there is nothing to put together.
  const chunkSize = Math.max(MIN_CHUNK_BYTES, json.length >> 3);
  if (encoding === "gzip") return exactly(gzipSync(json, { level: gzipLevel, chunkSize }));
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel };
  return exactly(oneFrameOf(zstdCompressSync(json, { params, chunkSize }), chunkSize));
}

/** In memory of its own size: a body may wait long for the store, and its chunk with it. */
function exactly(body: Buffer): Buffer {
  const { byteLength } = body.buffer;
  return byteLength > 2 * body.length ? Buffer.copyBytesFrom(body) : body;
}

const MIN_CHUNK_BYTES = 1_024;

/** A frame with nothing in it, as Node writes one behind the right one where that just fills its last chunk. */
const EMPTY_FRAME = Buffer.from("28b52ffd2000010000", "hex");

/** Without the empty frame: several frames are good zstd, but not every reader goes on behind the first. */
function oneFrameOf(body: Buffer, chunkSize: number): Buffer {
  const end = body.length - EMPTY_FRAME.length;
  return end > 0 && end % chunkSize === 0 && EMPTY_FRAME.equals(body.subarray(end)) ? body.subarray(0, end) : body;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** How the bytes are compressed, as they say themselves: an object's headers may be gone. Undefined if in no known way. */
export function encodingOf(body: Uint8Array): Encoding | undefined {
  if (GZIP_MAGIC.equals(body.subarray(0, GZIP_MAGIC.length))) return "gzip";
  return ZSTD_MAGIC.equals(body.subarray(0, ZSTD_MAGIC.length)) ? "zstd" : undefined;
}

/** Many times what a payload has, and what a function with 512 MB can still take apart. */
export const MAX_UNZIPPED_BYTES = 32 * 1024 * 1024;

/**
 * A few KB can unzip to any size: more than `maxBytes` is an error, and is not kept.
 * @throws if it is more, or the bytes are compressed in no known way, or broken. See `isTooLarge`.
 */
export function decompress(body: Uint8Array, maxBytes = MAX_UNZIPPED_BYTES): Buffer {
  const options = { maxOutputLength: maxBytes };
  return encodingOf(body) === "zstd" ? oneFrame(body, options) : gunzipSync(body, options);
}

/** Node reads the first frame and drops what follows without a word, which here would be logs. */
function oneFrame(body: Uint8Array, options: { readonly maxOutputLength: number }): Buffer {
  // The types don't know what `info` does. https://nodejs.org/api/zlib.html#class-options
  const { buffer, engine } = zstdDecompressSync(body, { ...options, info: true }) as unknown as {
    readonly buffer: Buffer;
    readonly engine: { readonly bytesWritten: number };
  };
  if (engine.bytesWritten < body.length) throw new Error("more than one zstd frame");
  return buffer;
}

/** Whether `decompress` failed only because it came to more than it may. */
export const isTooLarge = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === "ERR_BUFFER_TOO_LARGE";
