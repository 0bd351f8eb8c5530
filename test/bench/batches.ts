import type { Invoked, LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { deliveryOf } from "../support/deliveries.ts";
import { kinesisBatch } from "../support/kinesis.ts";
import { median, realisticLines, row } from "./figures.ts";

const DELIVERIES = 100;
/** Events in each. */
const SIZES = [1, 10, 100];
const COLUMNS = ["events", "requests", "in batches", "ratio", "CPU s", "in batches", "ratio"];

export interface Measured {
  readonly rounds: number;
  readonly newForwarder: () => LocalFunction;
  readonly cpuMsOf: (invoked: Invoked) => number;
  /** That the intake has got so far. */
  readonly requests: () => number;
}

/** A hundred deliveries, each on its own and all in one batch of a stream. */
export async function printBatches(print: (line: string) => void, measured: Measured): Promise<void> {
  print(`${DELIVERIES} deliveries, each alone and as one batch of a stream; for a million events:`);
  print(row(COLUMNS));
  for (const count of SIZES) print(await measure(count, measured));
}

async function measure(count: number, { rounds, newForwarder, cpuMsOf, requests }: Measured): Promise<string> {
  const warmUp = Math.max(5, Math.ceil(20 / count));
  const deliveries = Array.from({ length: DELIVERIES }, () => deliveryOf(realisticLines(count)));
  const batch = kinesisBatch(deliveries.map(({ awslogs }) => awslogs.data));
  const ways = [deliveries, [batch]].map((inputs) => ({
    inputs,
    fn: newForwarder(),
    cpuMs: [] as number[],
    requests: 0,
  }));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const way of ways) {
      const before = requests();
      let cpuMs = 0;
      for (const input of way.inputs) cpuMs += cpuMsOf(await way.fn.invoke(input));
      way.requests = requests() - before;
      if (round >= warmUp) way.cpuMs.push(cpuMs);
    }
  }
  await Promise.all(ways.map(({ fn }) => fn.kill()));
  const perMillion = 1_000_000 / (DELIVERIES * count);
  const compared = (values: readonly number[], decimals: number) => {
    const [alone = Number.NaN, together = Number.NaN] = values;
    return [alone.toFixed(decimals), together.toFixed(decimals), (together / alone).toFixed(2)];
  };
  return row([
    String(count),
    ...compared(
      ways.map((way) => way.requests * perMillion),
      0,
    ),
    ...compared(
      ways.map(({ cpuMs }) => (median(cpuMs) * perMillion) / 1_000),
      1,
    ),
  ]);
}
