/** What of a log a query is about. */
export interface QueriedLog {
  readonly message: string;
  /** `key:value`, `service:…`, `source:…`, `host:…` and `status:…` among them. */
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Whether a query of an index or an exclusion filter takes a log, as far as can be told: words, phrases, `key:value` and
 * `@attribute:value`, with `-` before and `*` in them. `undefined`: it is more than that.
 * https://docs.datadoghq.com/logs/explorer/search_syntax/ (2026-11)
 */
export function takes(query: string | undefined, log: QueriedLog): boolean | undefined {
  const terms: readonly string[] = (query ?? "").match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  let unknown = false;
  for (const term of terms) {
    const found = TERM.exec(term);
    if (!found || /^(AND|OR|NOT)$/.test(term) || /[()]/.test(term)) {
      if (term === "AND") continue;
      unknown = true;
      continue;
    }
    const [, minus, key, quoted, bare = ""] = found;
    const fits = fitsTerm(key, quoted ?? bare, log);
    if (fits === undefined) unknown = true;
    // Beside an OR a part that fails decides nothing.
    else if (fits === (minus !== undefined) && !terms.includes("OR")) return false;
  }
  return unknown ? undefined : true;
}

const TERM = /^(-)?(?:(@?[\w.-]+):)?(?:"([^"]*)"|([^\s":<>[\]()]+))$/;

function fitsTerm(
  key: string | undefined,
  value: string,
  { message, tags, attributes }: QueriedLog,
): boolean | undefined {
  if (key === undefined) return value === "*" || wildcard(value, true).test(message);
  // Functions that some accounts have: index, env of another product.
  if (key === "index") return undefined;
  if (key.startsWith("@")) {
    let at: unknown = attributes;
    for (const part of key.slice(1).split(".")) at = (at as Record<string, unknown> | undefined)?.[part];
    return at !== undefined && wildcard(value).test(String(at));
  }
  return tags.some((tag) => tag.startsWith(`${key}:`) && wildcard(value).test(tag.slice(key.length + 1)));
}

function wildcard(value: string, within = false): RegExp {
  const pattern = value
    .split("*")
    .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"))
    .join(".*");
  return new RegExp(within ? `(?<!\\w)${pattern}(?!\\w)` : `^${pattern}$`, "i");
}
