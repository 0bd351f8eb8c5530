import type { SettingRows } from "./setting-row.ts";
import { choice, integer } from "./shapes.ts";

export const TUNING_SETTINGS = {
  compression: {
    shape: choice("auto", "zstd", "gzip"),
    otherwise: "`auto`: zstd to Datadog's own hosts, gzip to any other, which may be a proxy",
    means: "How bodies are compressed.",
    example: "gzip",
  },
  compressionLevel: {
    shape: integer(0, 19),
    otherwise: "1 for zstd, 3 for gzip",
    means: "Of gzip up to 9.",
    example: 6,
  },
  maxConcurrentRequests: {
    shape: integer(1, 64),
    otherwise: "4",
    means: "Requests at once of one forwarder.",
    example: 8,
  },
  requestTimeoutMs: {
    shape: integer(100, 60_000),
    otherwise: "10000",
    means: "Time for one request.",
    example: 5000,
  },
  maxDecodedBytes: {
    shape: integer(1_024, 512 * 1_024 * 1_024),
    otherwise: "64 MiB with 512 MB of memory or more, 32 with 256, 11 with 128",
    means: "Cap on a delivery's decompressed size.",
    example: 33554432,
  },
  metadataBudgetMs: {
    shape: integer(0, 10_000),
    otherwise: "250",
    means: "For all look-ups of an invocation together.",
    example: 500,
  },
  apiKeyTtlSeconds: {
    shape: integer(1, 86_400),
    otherwise: "300",
    means: "How long a key is used before it is read again.",
    example: 60,
  },
} as const satisfies SettingRows;
