import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { proxySettings } from "../../functions/settings/proxy.ts";

type Environment = Parameters<typeof proxySettings>[0];

function read(environment: Environment) {
  const wrong: string[] = [];
  const settings = proxySettings(environment, (name) => wrong.push(name));
  return { settings, wrong };
}

const PROXY = "http://proxy.example.com:3128";

describe("proxies", () => {
  test.each<[Environment, object | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: " ", https_proxy: "" }, undefined],
    [{ NO_PROXY: "example.com" }, undefined],
    [{ HTTPS_PROXY: PROXY }, { HTTPS_PROXY: PROXY }],
    [{ http_proxy: ` ${PROXY} ` }, { HTTP_PROXY: PROXY }],
    [{ HTTPS_PROXY: "http://upper", https_proxy: "https://lower:8443" }, { HTTPS_PROXY: "https://lower:8443" }],
    [{ HTTPS_PROXY: "http://upper", https_proxy: " " }, { HTTPS_PROXY: "http://upper" }],
    [{ HTTPS_PROXY: "http://user:p%40ss@proxy" }, { HTTPS_PROXY: "http://user:p%40ss@proxy" }],
  ])("%j", (environment, expected) => {
    expect(read(environment)).toEqual({ settings: expected, wrong: [] });
  });

  test.each(["proxy:3128", "socks5://proxy", "proxy", "http://", "http://user:%zz@proxy", "http://a b", "HTTP//x"])(
    "are no proxy if Node could not use them: %s",
    (value) => {
      expect(read({ HTTPS_PROXY: value }).wrong).toEqual(["HTTPS_PROXY"]);
      expect(read({ http_proxy: value }).wrong).toEqual(["http_proxy"]);
    },
  );

  test("that are wrong stop the function, and show nothing of a password", () => {
    const error = parseConfig({ DD_API_KEY: "key", https_proxy: "socks5://user:hunter2@proxy", NO_PROXY: "hunter2" });
    expect(error).toBeInstanceOf(ConfigError);
    const { problems } = error as ConfigError;
    expect(problems).toEqual([
      expect.stringMatching(/^https_proxy must be a URL .+; its value \(length 27\) is not\.$/),
    ]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });
});

describe("what is reached without a proxy", () => {
  const exceptions = (NO_PROXY: string) => read({ HTTPS_PROXY: PROXY, NO_PROXY }).settings?.NO_PROXY;

  test.each([
    ["*", "*"],
    ["amazonaws.com", "amazonaws.com,.amazonaws.com"],
    [".amazonaws.com", ".amazonaws.com"],
    ["*.amazonaws.com", "*.amazonaws.com"],
    [" a.example , b.example c.example,, ", "a.example,.a.example,b.example,.b.example,c.example,.c.example"],
    ["intake.example:8443", "intake.example:8443"],
    ["10.0.0.0/8", "10.0.0.0-10.255.255.255"],
    ["192.168.7.9/24", "192.168.7.0-192.168.7.255"],
    ["1.2.3.4/32", "1.2.3.4-1.2.3.4"],
    ["0.0.0.0/0", "0.0.0.0-255.255.255.255"],
    ["10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9,.10.0.0.1-10.0.0.9"],
    ["300.0.0.0/8", "300.0.0.0/8,.300.0.0.0/8"],
  ])("%s", (list, expected) => {
    expect(exceptions(list)).toBe(expected);
  });

  test("a block of addresses has those that begin with the same bits, and no other", () => {
    const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const toBits = (octets: readonly number[]) => octets.map((octet) => octet.toString(2).padStart(8, "0")).join("");
    fc.assert(
      fc.property(address, address, fc.nat(32), (base, other, bits) => {
        const [first = "", last = ""] = (exceptions(`${base.join(".")}/${bits}`) ?? "").split("-");
        const value = (text: string) => Number.parseInt(toBits(text.split(".").map(Number)), 2);
        const isIn = value(first) <= value(other.join(".")) && value(other.join(".")) <= value(last);
        expect(isIn).toBe(toBits(base).slice(0, bits) === toBits(other).slice(0, bits));
      }),
    );
  });
});
