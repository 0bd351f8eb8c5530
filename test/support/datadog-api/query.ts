/** A log as a search finds it: the `Log` of the v2 document. */
export interface IndexedLog {
  readonly id: string;
  readonly type: "log";
  readonly attributes: {
    readonly timestamp: string;
    readonly status: string;
    readonly tags: readonly string[];
    readonly host?: string;
    readonly service?: string;
    readonly message?: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  };
}

/**
 * The part of the search syntax that is needed here: words and phrases of the message, `key:value` of tags and reserved
 * attributes, `@attribute:value`, each with `-` before it and `*` in it, one beside the other. Undefined: it is none.
 * https://docs.datadoghq.com/logs/explorer/search_syntax/ (2026-11)
 */
export function parseQuery(query: string): ((log: IndexedLog) => boolean) | undefined {
  const terms: ((log: IndexedLog) => boolean)[] = [];
  let rest = query.trim();
  while (rest !== "") {
    const found = TERM.exec(rest);
    if (!found) return undefined;
    const [whole, minus, key, quoted, bare] = found;
    if (quoted === undefined && /^(AND|OR|NOT)$/.test(bare ?? "") && key === undefined) return undefined;
    const fits = term(key?.slice(0, -1), quoted ?? bare ?? "", quoted !== undefined);
    terms.push(minus ? (log) => !fits(log) : fits);
    rest = rest.slice(whole.length).trimStart();
  }
  return (log) => terms.every((fits) => fits(log));
}

const TERM = /^(-)?(@?[\w.-]+:)?(?:"([^"]*)"|([\w*./@-]+))(?=\s|$)/;

function term(key: string | undefined, value: string, isPhrase: boolean): (log: IndexedLog) => boolean {
  const pattern = new RegExp(`^${value.split("*").map(escaped).join(".*")}$`, "i");
  if (key === undefined) {
    if (value === "*") return () => true;
    const inText = isPhrase ? new RegExp(`(?<!\\w)${escaped(value)}(?!\\w)`, "i") : undefined;
    return ({ attributes: { message = "" } }) =>
      inText ? inText.test(message) : message.split(/[^\w-]+/).some((word) => pattern.test(word));
  }
  if (key.startsWith("@")) {
    return ({ attributes: { attributes } }) => {
      let at: unknown = attributes;
      for (const part of key.slice(1).split(".")) at = (at as Record<string, unknown> | undefined)?.[part];
      return at !== undefined && pattern.test(String(at));
    };
  }
  return ({ attributes: { service, host, status, tags } }) => {
    const reserved = { service, host, status }[key];
    if (reserved !== undefined) return pattern.test(reserved);
    return tags.some((tag) => tag.startsWith(`${key}:`) && pattern.test(tag.slice(key.length + 1)));
  };
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
