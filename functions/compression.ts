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
  if (encoding === "gzip") return gzipSync(json, { level: gzipLevel, chunkSize });
  return zstdCompressSync(json, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel }, chunkSize });
}

const MIN_CHUNK_BYTES = 1_024;

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** How the bytes are compressed, as they say themselves: an object's headers may be gone. Undefined if in no known way. */
export function encodingOf(body: Uint8Array): Encoding | undefined {
  if (GZIP_MAGIC.equals(body.subarray(0, GZIP_MAGIC.length))) return "gzip";
  return ZSTD_MAGIC.equals(body.subarray(0, ZSTD_MAGIC.length)) ? "zstd" : undefined;
}

/** @throws if the bytes are compressed in no known way, or broken. */
export function decompress(body: Uint8Array): Buffer {
  return encodingOf(body) === "zstd" ? zstdDecompressSync(body) : gunzipSync(body);
}
