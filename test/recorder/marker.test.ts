import { expect, test } from "vitest";
import { readMarker } from "../../functions/recorder/marker.ts";

test.each([
  ['{"run":"a-1","seq":7,"dueMs":1795378512171,"pad":"xx"}'],
  ["run=a-1 seq=7 dueMs=1795378512171 INFO order placed"],
  ["    at com.example.Shop.order(Shop.java:42) run=a-1 seq=7 dueMs=1795378512171"],
])("reads the marker of %s", (text) => {
  expect(readMarker(text)).toEqual({ run: "a-1", seq: 7, dueMs: 1_795_378_512_171 });
});

test.each([["no marker"], [""], [undefined], [7], [{ run: "a" }], [`${"x".repeat(1_000)} run=a seq=1 dueMs=2`]])(
  "finds none in %j",
  (text) => expect(readMarker(text)).toBeUndefined(),
);
