/**
 * Gives the memory of large bytes back at once, rather than when the garbage collector next looks: what lies outside of
 * V8's heap makes it look more often. Whoever reads them afterwards finds none.
 *
 * @param bytes that nobody reads any more.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_BYTES && !buffer.detached) buffer.transfer(0);
}

/** Smaller ones are not worth it, and may lie in Node's pool, which can't be given back. */
const MIN_BYTES = 256 * 1_024;
