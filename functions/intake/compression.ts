import { compressed, decompress, type Levels } from "../compression.ts";
import type { Compress, Encoding, Payload } from "../records/payload.ts";
import type { Answer, Send } from "./send.ts";

export interface Compression {
  readonly compress: Compress;
  /** Sends as gzip, too, what is refused as zstd. */
  readonly withGzipToo: <A extends Answer>(send: Send<A>) => Send<A>;
}

/** What an intake, or a proxy on the way, may answer to a body that it can't decompress. */
const MAYBE_ENCODING = new Set(["http 400", "http 415"]);

/**
 * Bodies in the encoding that the intake is expected to take. What it refuses as zstd goes again as gzip; if it takes that,
 * this sandbox stays with gzip. So only what is refused in both is rejected.
 */
export function createCompression(preferred: Encoding, levels: Levels): Compression {
  let encoding = preferred;
  return {
    compress: (json) => ({ body: compressed(json, encoding, levels), encoding }),
    withGzipToo: (send) => async (payload, call) => {
      const answer = await send(payload, call);
      const maybeEncoding = answer.status === "rejected" && MAYBE_ENCODING.has(answer.reason);
      if (payload.encoding !== "zstd" || !maybeEncoding) return answer;
      const asGzip = gzipped(payload, levels);
      if (!asGzip) return answer;
      const second = await send(asGzip, call);
      if (second.status === "delivered") {
        encoding = "gzip";
        call.note("zstd refused, gzip taken");
      }
      return second;
    },
  };
}

/** Undefined if the body is broken, as that of a stored object may be. */
function gzipped(payload: Payload, levels: Levels): Payload | undefined {
  try {
    return { ...payload, body: compressed(decompress(payload.body), "gzip", levels), encoding: "gzip" };
  } catch {
    return undefined;
  }
}
