import { NETWORK_ENV } from "./environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What an agent of Node's takes as `proxyEnv`. */
export interface ProxySettings {
  readonly HTTPS_PROXY?: string;
  readonly HTTP_PROXY?: string;
  readonly NO_PROXY?: string;
}

/**
 * The proxies that requests go through; undefined if there is none.
 * @param mustBe told of a setting that is wrong, never of its value: there may be a password in it.
 */
export function proxySettings(
  environment: Environment,
  mustBe: (name: string, allowed: string) => void,
): ProxySettings | undefined {
  const find = (upper: string) => [upper.toLowerCase(), upper].find((name) => environment[name]?.trim());
  const read = (name: string | undefined) => (name === undefined ? undefined : environment[name]?.trim());
  const url = (upper: string) => {
    const name = find(upper);
    const text = read(name);
    if (name === undefined || text === undefined || isProxyUrl(text)) return text;
    mustBe(name, "a URL that begins with http:// or https://, such as http://proxy.example.com:3128");
    return undefined;
  };
  const HTTPS_PROXY = url(NETWORK_ENV.httpsProxy);
  const HTTP_PROXY = url(NETWORK_ENV.httpProxy);
  if (HTTPS_PROXY === undefined && HTTP_PROXY === undefined) return undefined;
  return { HTTPS_PROXY, HTTP_PROXY, NO_PROXY: exceptions(read(find(NETWORK_ENV.noProxy))) };
}

/** Node would throw at some, with the whole URL in the message, and pass over others without a word. */
function isProxyUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * `amazonaws.com` stands for all of its hosts, and `10.0.0.0/8` for a range, as with curl and in Python, where Node knows
 * only `.amazonaws.com` and `10.0.0.0-10.255.255.255`.
 */
function exceptions(list: string | undefined): string | undefined {
  return list
    ?.split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .flatMap((entry) => rangeOf(entry) ?? (/^[.*]|:/.test(entry) ? entry : [entry, `.${entry}`]))
    .join(",");
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** The first and the last address of a block of IPv4. */
function rangeOf(entry: string): string | undefined {
  const [, ...numbers] = CIDR.exec(entry) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = numbers.map(Number);
  if (bits > 32 || [a, b, c, d].some((octet) => octet > 255)) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = Math.floor(address / size) * size;
  return `${dotted(first)}-${dotted(first + size - 1)}`;
}

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
