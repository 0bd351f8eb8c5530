import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  FORWARDER_METRICS,
  type MetricRow,
  REPLAYER_METRICS,
  SUBSCRIBER_METRICS,
} from "../../functions/metrics/metrics.ts";

const DOCS = readFileSync(new URL("../../docs/own-logs.md", import.meta.url), "utf8");

test("docs/own-logs.md lists every metric, in order, with its unit and when it is in a line", () => {
  const listed = [...DOCS.matchAll(/^\| `(\w+)` \| (events|deliveries|objects|log groups|ms) \| ([\w ]+) \|/gm)].map(
    ([, name, unit, when]) => ({ name, unit, zero: /^(?:always|with events)$/.test(when ?? "") ? "told" : "leftOut" }),
  );
  const rows: [string, MetricRow][] = Object.entries({
    ...FORWARDER_METRICS,
    ...REPLAYER_METRICS,
    ...SUBSCRIBER_METRICS,
  });
  expect(listed).toEqual(rows.map(([name, { unit, zero }]) => ({ name, unit, zero })));
});
