/** Limits of one request to the intake. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11) */
export const INTAKE_LIMITS = {
  maxEntries: 1_000,
  /** Uncompressed, in UTF-8, brackets and commas included. */
  maxBytes: 5_000_000,
  /** The intake accepts a longer entry and cuts it without a word: here the cut is marked and counted. */
  maxEntryBytes: 1_000_000,
} as const;
