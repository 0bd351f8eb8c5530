/** An upgrade finds what the version before stored, and going back finds what this one stored: the form must stay. */
import { readFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "vitest";
import type { LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { deliveryOf, lines } from "../support/deliveries.ts";
import { storeAndIntake } from "../support/store-and-intake.ts";

interface Stored {
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly base64: string;
}

/** As version 0.1.0 wrote them: a payload as zstd, one as gzip, 3,500 events in one object of parts, and a refused one. */
const OLDER: readonly Stored[] = JSON.parse(
  readFileSync(new URL("../fixtures/stored-objects/0.1.0.json", import.meta.url), "utf8"),
);

const place = storeAndIntake();
const functions: LocalFunction[] = [];
const start = (name: "forwarder" | "replayer", settings: Record<string, string> = {}, timeoutMs?: number) => {
  const fn = bundled(name, { ...AWS_CREDENTIALS, ...place.environment(settings) }, 512, timeoutMs);
  functions.push(fn);
  return fn;
};
afterEach(async () => {
  await Promise.all(functions.splice(0).map((fn) => fn.kill()));
  place.intake.recorder.setFaults(undefined);
  place.intake.recorder.clear();
  place.bucket.clear();
});

test("what an older version stored is replayed, whatever form it has", async () => {
  for (const { key, metadata, base64 } of OLDER) {
    const put = { Bucket: place.bucket.name, Key: key, Body: Buffer.from(base64, "base64"), Metadata: { ...metadata } };
    await place.bucket.client.send(new PutObjectCommand(put));
  }
  const { outcome } = await start("replayer").invoke({});
  expect(outcome).toMatchObject({ status: "returned", value: { delivered: 3_504 } });
  const { entries, duplicates } = place.intake.recorder.summary();
  expect({ entries, duplicates }).toEqual({ entries: 3_504, duplicates: 0 });
  expect(await place.bucket.keys("undelivered/")).toEqual([]);
  expect(await place.bucket.keys("rejected/")).toHaveLength(1);
});

test("what is stored now has the form that an older version reads", async () => {
  place.intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
  for (const DD_COMPRESSION of ["zstd", "gzip"]) {
    await start("forwarder", { DD_COMPRESSION }, 3_000).invoke(deliveryOf(lines(2)));
  }
  await start("forwarder", { DD_COMPRESSION: "zstd" }, 3_000).invoke(deliveryOf(lines(3_500)));
  const older = OLDER.filter(({ key }) => key.startsWith("undelivered/"));
  const keys = await place.bucket.keys("undelivered/");
  const shapeOf = (key: string) => key.replace(/[0-9a-f]{32}/, "HASH").replace(/\d/g, "0");
  expect(new Set(keys.map(shapeOf))).toEqual(new Set(older.map(({ key }) => shapeOf(key))));
  for (const key of keys) {
    const like = older.find((one) => shapeOf(one.key) === shapeOf(key));
    const { body, metadata } = await place.bucket.read(key);
    expect(Object.keys(metadata).toSorted()).toEqual(Object.keys(like?.metadata ?? {}).toSorted());
    // How it begins: gzip, zstd, or the parts, of which the first one is zstd.
    expect(Buffer.from(body.subarray(0, 4))).toEqual(Buffer.from(like?.base64 ?? "", "base64").subarray(0, 4));
  }
});
