import { describe, expect, test } from "vitest";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import { openEvent } from "../../../functions/forwarder/triggers/open-event.ts";
import type { Handled } from "../../../functions/forwarder/triggers/trigger.ts";
import { INVOCATION } from "../../support/deliveries.ts";
import { manualClock } from "../../support/sends.ts";

const ABOUT = { functionArn: INVOCATION.functionArn, said: {} };
const open = (event: unknown) => openEvent(event, ABOUT, undefined);

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11) */
const record = (data: unknown, sequenceNumber: unknown = "49590338271490256608559692538361571") => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey: "1",
    sequenceNumber,
    data,
    approximateArrivalTimestamp: 1_545_084_650.987,
  },
  eventSource: "aws:kinesis",
  eventVersion: "1.0",
  eventID: "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
  eventName: "aws:kinesis:record",
  invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
  awsRegion: "us-east-2",
  eventSourceARN: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
});

describe("a batch of a stream", () => {
  test("is one delivery a record, in order, each whole as it came", () => {
    const records = [record("YQ=="), record("Yg=="), record("")];
    expect(open({ Records: records }).items).toEqual(
      records.map((whole) => ({
        whole,
        content: { kind: "delivery", data: whole.kinesis.data, field: "kinesis.data" },
      })),
    );
  });

  test.each([
    ["without data", record(undefined)],
    ["whose data is no text", record(7)],
    ["without anything of Kinesis", { eventSource: "aws:kinesis" }],
    ["that is null", null],
    ["that is a text", "x"],
  ])("has an unknown item for a record %s, and the others are read", (_what, odd) => {
    const unknown = { whole: odd, content: { kind: "unknown", reason: "a record without kinesis.data" } };
    const { items } = open({ Records: [record("YQ=="), odd, record("Yg==")] });
    expect(items.map(({ content }) => content.kind)).toEqual(["delivery", "unknown", "delivery"]);
    expect(items[1]).toEqual(unknown);
  });
});

const SQS = {
  messageId: "1",
  body: "{}",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:q",
};
const SNS = { EventSource: "aws:sns", EventVersion: "1.0", Sns: { Type: "Notification", Message: "{}" } };
const S3 = {
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "b" }, object: { key: "k" } },
};
const DYNAMODB = { eventSource: "aws:dynamodb", dynamodb: { SequenceNumber: "1" } };

test.each([
  ["SQS", [SQS]],
  ["SNS", [SNS]],
  ["S3", [S3]],
  ["DynamoDB", [DYNAMODB]],
  ["nobody", []],
  ["who knows", [null, 1, "x", {}]],
  ["a stream, as an object", { eventSource: "aws:kinesis" }],
])("records of %s are no batch of a stream: the event is one unknown item", (_of, Records) => {
  expect(open({ Records }).items).toEqual([
    {
      whole: { Records },
      content: { kind: "unknown", reason: "not a CloudWatch Logs event: no awslogs.data" },
    },
  ]);
});

describe("the answer", () => {
  const handled: Handled = { report: openLedger(INVOCATION, 1, manualClock()).close() };
  const failed = (firstFailedItem: number): Handled => ({
    ...handled,
    failure: new Error("the store is down"),
    firstFailedItem,
  });
  const answerFor = (records: readonly unknown[], how: Handled) => {
    const { items, answer } = open({ Records: records });
    return answer(how, items);
  };
  const records = [record("YQ==", "101"), record("Yg==", "102"), record("Yw==", "103"), record("ZA==", "104")];

  test("names no record if nothing failed", () => {
    expect(answerFor(records, handled)).toEqual({ batchItemFailures: [] });
  });

  test("names the first record that is not safe, and does not throw", () => {
    expect(answerFor(records, failed(2))).toEqual({ batchItemFailures: [{ itemIdentifier: "103" }] });
    expect(answerFor(records, failed(0))).toEqual({ batchItemFailures: [{ itemIdentifier: "101" }] });
  });

  test.each([
    ["without a sequence number", record("Yg==", null)],
    ["whose sequence number is no text", record("Yg==", 102)],
    ["without anything of Kinesis", { eventSource: "aws:kinesis" }],
    ["that is null", null],
  ])("has an empty name for a record %s, so that Lambda sends the whole batch again", (_what, odd) => {
    expect(answerFor([records[0], odd], failed(1))).toEqual({ batchItemFailures: [{ itemIdentifier: "" }] });
  });
});
