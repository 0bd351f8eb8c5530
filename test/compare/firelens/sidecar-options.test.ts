import { expect, test } from "vitest";
import { type GivenChanges, parseSidecarChanges } from "../../../compare/firelens/sidecar-options.ts";

function parse(given: Partial<GivenChanges>) {
  const problems: string[] = [];
  return { changes: parseSidecarChanges({ options: [], modelled: false, ...given }, problems), problems };
}

test("nothing given, nothing changed", () => {
  expect(parse({})).toEqual({ changes: {}, problems: [] });
});

test("what the model knows too is told by options of its own, or as Fluent Bit's", () => {
  const changes = { flushSeconds: 0.2, retryLimit: 4, compress: true, ioTimeoutMs: 5_000 };
  expect(parse({ flush: "0.2", retryLimit: "4", compress: "gzip", options: ["net.io_timeout=5s"] }).changes).toEqual(
    changes,
  );
  const options = ["Retry_Limit=4", "compress=gzip", "net.io_timeout=5"];
  expect(parse({ flush: "0.2", options, modelled: true })).toEqual({ changes, problems: [] });
  expect(parse({ retryLimit: "no_limits", compress: "off" }).changes).toEqual({
    retryLimit: Number.POSITIVE_INFINITY,
    compress: false,
  });
});

test("any other goes to Fluent Bit as it is", () => {
  expect(parse({ options: ["workers=2", "header=X-A b=c"] })).toEqual({
    changes: { options: { workers: "2", header: "X-A b=c" } },
    problems: [],
  });
});

test.each<[string, Partial<GivenChanges>, string]>([
  ["no pair", { options: ["workers"] }, "KEY=VALUE"],
  ["one that would send lines elsewhere", { options: ["Host=example.com"] }, "the comparison's own"],
  ["one that the model does not know", { options: ["workers=2"], modelled: true }, "takes a Fluent Bit"],
  ["a flush that is none", { flush: "0" }, "--flush"],
  ["a limit that is none", { retryLimit: "many" }, "--retry-limit"],
  ["another compression", { compress: "zstd" }, "--compress"],
  ["a timeout that is none", { options: ["net.io_timeout=soon"] }, "net.io_timeout"],
])("%s is refused", (_, given, said) => {
  const { problems } = parse(given);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(said);
});
