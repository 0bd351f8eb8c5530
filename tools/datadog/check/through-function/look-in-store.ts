import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { decompress } from "../../../../functions/compression.ts";
import { pathAt } from "../../../../functions/undelivered/stored-object.ts";
import { partsOf } from "../../../../functions/undelivered/stored-parts.ts";
import { AwsCallError, asked } from "../../../aws-call.ts";
import type { Clients } from "./clients.ts";

export interface StoredAt {
  readonly kind: "undelivered" | "rejected";
  /** `s3://bucket/key` */
  readonly place: string;
  /** Why it was not delivered, as the forwarder wrote it there. */
  readonly reason?: string;
}

/**
 * Where the forwarder stored the log, instead of delivering it; undefined: nowhere, or it can't be seen. A delivery holds one
 * stream's logs, so that the time of the marked one is in the object's name.
 */
export async function lookInStore(
  { s3 }: Clients,
  bucket: string | undefined,
  timestamps: readonly number[],
  mark: string,
  abortSignal: AbortSignal,
): Promise<StoredAt | undefined> {
  if (bucket === undefined) return undefined;
  try {
    for (const kind of ["undelivered", "rejected"] as const) {
      for (const timestamp of timestamps) {
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: `${kind}/${pathAt(timestamp)}` });
        const { Contents = [] } = await asked("s3:ListBucket", s3.send(list, { abortSignal }));
        for (const { Key = "" } of Contents) {
          const object = new GetObjectCommand({ Bucket: bucket, Key });
          const { Body, Metadata = {} } = await asked("s3:GetObject", s3.send(object, { abortSignal }));
          const body = await Body?.transformToByteArray();
          if (!body || !holds(body, mark)) continue;
          const { reason } = Metadata;
          return { kind, place: `s3://${bucket}/${Key}`, ...(reason && { reason }) };
        }
      }
    }
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
  }
  return undefined;
}

function holds(body: Uint8Array, mark: string): boolean {
  const bodies = partsOf(body)?.map((part) => part.body) ?? [body];
  return bodies.some((one) => decompress(one).includes(mark));
}
