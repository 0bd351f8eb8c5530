/**
 * Datadog's sites. An account, its keys and its data are in one of them, and unknown in the others.
 * https://docs.datadoghq.com/getting_started/site/ (2026-11)
 */
export const SITES = [
  { site: "datadoghq.com", name: "US1" },
  { site: "us3.datadoghq.com", name: "US3" },
  { site: "us5.datadoghq.com", name: "US5" },
  { site: "datadoghq.eu", name: "EU1" },
  { site: "ap1.datadoghq.com", name: "AP1" },
  { site: "ap2.datadoghq.com", name: "AP2" },
  { site: "uk1.datadoghq.com", name: "UK1" },
  { site: "ddog-gov.com", name: "US1-FED" },
  { site: "us2.ddog-gov.com", name: "US2-FED" },
] as const;

export const DEFAULT_SITE = "datadoghq.com";

export const apiUrlOf = (site: string): string => `https://api.${site}`;

/** Where a person looks at a site's pages. Sites without a number of their own have the host `app`. */
export const pagesOf = (site: string): string =>
  /^(us3|us5|ap1|ap2|uk1|us2)\./.test(site) ? `https://${site}` : `https://app.${site}`;
