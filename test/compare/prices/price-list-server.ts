import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An entry of `PriceList`, parsed. Deeply changeable, for tests that break something. */
export interface ListEntry {
  readonly product: { readonly productFamily: string; readonly attributes: Record<string, string> };
  readonly serviceCode: string;
  readonly terms: {
    OnDemand: Record<string, { readonly priceDimensions: Record<string, Record<string, unknown>> }>;
  };
}

/** The entries of test/fixtures/pricing. */
export function listEntries(regions: readonly string[]): ListEntry[] {
  return regions.flatMap((region) => {
    const file = new URL(`../../fixtures/pricing/${region}.json`, import.meta.url);
    const { PriceList } = JSON.parse(readFileSync(file, "utf8")) as { PriceList: string[] };
    return PriceList.map((entry) => JSON.parse(entry) as ListEntry);
  });
}

interface GetProducts {
  readonly ServiceCode: string;
  readonly Filters?: readonly { readonly Type: string; readonly Field: string; readonly Value: string }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export interface PriceListServer {
  readonly url: string;
  readonly calls: readonly GetProducts[];
  readonly close: () => Promise<void>;
}

/** Answers GetProducts from entries, in small pages. @param refusal answers all calls with this error instead */
export async function servePriceList(
  entries: readonly ListEntry[],
  refusal?: { readonly type: string; readonly message: string },
): Promise<PriceListServer> {
  const calls: GetProducts[] = [];
  const server = createServer(async (request, response) => {
    const call = await callOf(request);
    calls.push(call);
    response.setHeader("Content-Type", "application/x-amz-json-1.1");
    if (refusal) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: refusal.type, message: refusal.message }));
      return;
    }
    response.end(JSON.stringify(answer(entries, call)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function callOf(request: IncomingMessage): Promise<GetProducts> {
  const target = request.headers["x-amz-target"];
  if (target !== "AWSPriceListService.GetProducts") throw new Error(`It was asked for ${target}.`);
  return JSON.parse(await text(request)) as GetProducts;
}

const PAGE = 2;

function answer(entries: readonly ListEntry[], { ServiceCode, Filters = [], NextToken = "0" }: GetProducts) {
  const found = entries.filter(
    ({ serviceCode, product }) =>
      serviceCode === ServiceCode &&
      Filters.every(({ Type, Field, Value }) => {
        const value = Field === "productFamily" ? product.productFamily : product.attributes[Field];
        return Type === "TERM_MATCH" && value === Value;
      }),
  );
  const end = Number(NextToken) + PAGE;
  return {
    FormatVersion: "aws_v1",
    PriceList: found.slice(Number(NextToken), end).map((entry) => JSON.stringify(entry)),
    ...(end < found.length && { NextToken: String(end) }),
  };
}
