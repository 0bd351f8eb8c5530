import type { SettingRows } from "./setting-row.ts";
import { choice, integer, list, matching } from "./shapes.ts";

export const ALARMS_SETTINGS = {
  alarmTopicArn: {
    shape: matching("^arn:[^:]+:sns:", "be the ARN of an SNS topic"),
    otherwise: "alarms notify nobody",
    means: "SNS topic that alarms notify; each names its section in [operations.md](operations.md).",
    example: "arn:aws:sns:eu-west-1:111122223333:on-call",
    question: "ARN of the SNS topic that alarms notify",
  },
  silenceMinutes: {
    shape: integer(10, 2_880),
    otherwise: "no such alarm: nobody but you knows when no logs are a fault",
    means:
      "It is an alarm if the forwarder receives nothing for so long. Take at least twice the longest pause that the log groups have together, at night and on Sundays, too.",
    example: 60,
  },
  undeliveredMinutes: {
    shape: integer(5, 180),
    otherwise: "15",
    means: "How long undelivered logs may keep coming before it is an alarm.",
    example: 30,
  },
  oldestStoredMinutes: {
    shape: integer(1, 43_200),
    otherwise: "60",
    means: "How long a log may be stored before it is an alarm.",
    example: 120,
  },
  lagMinutes: {
    shape: integer(1, 1_440),
    otherwise: "10",
    means: "How old the newest event of a delivery may be when it is through.",
    example: 20,
  },
  queueAgeMinutes: {
    shape: integer(1, 360),
    otherwise: "30",
    means:
      "How long a delivery may wait in Lambda's queue, where failed ones wait a minute or two, or a record in the stream.",
    example: 60,
  },
  withoutAlarms: {
    shape: list(
      choice(
        "accounting-gap",
        "undelivered",
        "rejected",
        "replay-rejected",
        "returned",
        "unreadable",
        "replay-unreadable",
        "set-aside",
        "oldest-stored",
        "replayer-silent",
        "silence",
        "lag",
        "errors",
        "replayer-errors",
        "throttles",
        "queue-age",
        "iterator-age",
        "stream-unread",
        "stream-throttled",
        "batches-given-up",
        "not-subscribed",
        "subscriber-errors",
        "subscriber-silent",
        "delivery-errors",
        "delivery-throttling",
        "on-failure-destination",
        "destination-failures",
      ),
    ),
    default: [],
    means: "Alarms to leave out, by the names of their sections in [operations.md](operations.md).",
    example: ["lag"],
  },
  runbookUrl: {
    shape: matching("^https?://[^\\s#]+$", "be a full URL without a #"),
    otherwise: "the alarms name docs/operations.md of the package",
    means: "Where the person on call can read operations.md: an alarm adds `#` and its name.",
    example: "https://wiki.example.com/sidecarless/operations",
  },
} as const satisfies SettingRows;
