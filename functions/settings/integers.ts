interface IntegerRow {
  readonly min: number;
  readonly max: number;
  /** Undefined: it depends on other settings. */
  readonly default?: number;
}

/** The settings that are whole numbers, by their names in ENV. */
export const INTEGERS = {
  port: { min: 1, max: 65_535 },
  /** Of zstd: of gzip it is 9. From 20 on zstd would need more memory than a small function has. */
  compressionLevel: { min: 0, max: 19 },
  maxConcurrentRequests: { min: 1, max: 64, default: 4 },
  requestTimeoutMs: { min: 100, max: 60_000, default: 10_000 },
  maxDecodedBytes: { min: 1_024, max: 512 * 1024 * 1024 },
  metadataBudgetMs: { min: 0, max: 10_000, default: 250 },
  apiKeyTtlSeconds: { min: 1, max: 86_400, default: 300 },
} as const satisfies Readonly<Record<string, IntegerRow>>;

export type IntegerName = keyof typeof INTEGERS;
