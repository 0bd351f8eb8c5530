import type { PlainEvent } from "../../functions/records/event.ts";
import { type StreamName, type SubscriptionEvent, subscriptionEvent } from "../cloudwatch.ts";

export interface SampleDelivery {
  readonly logGroup: string;
  /** Log events in it; a control message has none that count. */
  readonly eventCount: number;
  readonly event: SubscriptionEvent;
}

const ACCOUNT = "111122223333";
const TASK_ID = "0c7a3b5e9d2f4a618b7c5d4e3f2a1b09";

/** A morning's mix of what subscriptions bring: services on ECS, other AWS services, a burst, a test message. */
export function sampleDeliveries(now: number, nextId: () => string): SampleDelivery[] {
  const delivery = (name: Omit<StreamName, "account">, messages: readonly string[]) =>
    deliveryOf(name, messages, now, nextId);
  return [
    delivery(
      { logGroup: "/ecs/shop-api", logStream: `web/app/${TASK_ID}` },
      times(200, (i) => JSON.stringify({ level: i % 50 ? "info" : "error", msg: "order placed", orderId: 7_000 + i })),
    ),
    delivery({ logGroup: "/ecs/shop-api", logStream: `web/nginx/${TASK_ID}` }, [
      '203.0.113.7 - - "GET /warenkorb?q=größe HTTP/1.1" 200',
      "支払いが完了しました 🎉",
      ...times(20, (i) => `10.0.1.${i} - - "GET /health HTTP/1.1" 200`),
      'Traceback (most recent call last):\n  File "app.py", line 7, in <module>\nValueError: no such order',
    ]),
    delivery({ logGroup: "/aws/lambda/thumbnailer", logStream: `2026/11/22/[$LATEST]${TASK_ID}` }, [
      "START RequestId: 8f1c7f0e-0b5e-4c0f-9f53-2f1d8a6a4b10 Version: $LATEST",
      '{"ddtags":["not","a","string"],"m":"fake.metric","v":1,"e":1,"t":[],"__proto__":{"x":1}}',
      "REPORT RequestId: 8f1c7f0e-0b5e-4c0f-9f53-2f1d8a6a4b10 Duration: 12.08 ms Billed Duration: 13 ms",
    ]),
    delivery({ logGroup: "/aws/rds/instance/orders-db/postgresql", logStream: "orders-db.0" }, [
      "2026-11-22 09:00:01 UTC:10.0.1.17(41234):app@orders:[811]:LOG:  duration: 1204.551 ms  statement: SELECT 1",
    ]),
    delivery(
      { logGroup: "flow-logs", logStream: "eni-0a1b2c3d4e5f6a7b8-all" },
      times(
        50,
        (i) => `2 ${ACCOUNT} eni-0a1b2c3d4e5f6a7b8 10.0.1.${i} 10.0.2.9 443 ${40_000 + i} 6 9 840 1 2 ACCEPT OK`,
      ),
    ),
    {
      logGroup: "",
      eventCount: 0,
      event: subscriptionEvent(
        { account: "CloudwatchLogs", logGroup: "", logStream: "" },
        [{ id: "", timestamp: now, message: "CWL CONTROL MESSAGE: Checking health of destination." }],
        { messageType: "CONTROL_MESSAGE" },
      ),
    },
    delivery(
      { logGroup: "/ecs/importer", logStream: `batch/importer/${TASK_ID}` },
      times(
        10_000,
        (i) => `imported row ${i}: ${"lorem ipsum dolor sit amet ".repeat(4)}checksum=${(i * 2_654_435_761) % 2 ** 32}`,
      ),
    ),
  ];
}

/** More of one service, for when the intake is down. */
export const ordersDelivery = (count: number, now: number, nextId: () => string): SampleDelivery =>
  deliveryOf(
    { logGroup: "/ecs/shop-api", logStream: `web/app/${TASK_ID}` },
    times(count, (i) => JSON.stringify({ level: "info", msg: "order paid", orderId: 8_000 + i })),
    now,
    nextId,
  );

function deliveryOf(
  name: Omit<StreamName, "account">,
  messages: readonly string[],
  now: number,
  nextId: () => string,
): SampleDelivery {
  const events = messages.map(
    (message, i): PlainEvent => ({ id: nextId(), timestamp: now - messages.length + i, message }),
  );
  const event = subscriptionEvent({ account: ACCOUNT, ...name }, events);
  return { logGroup: name.logGroup, eventCount: events.length, event };
}

const times = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i));
