import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { inParallel } from "../../functions/in-parallel.ts";
import { backKey, FAILED_EVENTS } from "../../functions/undelivered/stored-object.ts";
import { asked } from "../aws-call.ts";
import type { Options } from "./options.ts";

/** An object that may go back. */
export interface Rejected {
  readonly key: string;
  /** Where the replayer takes it from. */
  readonly goesTo: string;
  readonly bytes: number;
  /** When it was put there. */
  readonly sinceMs: number;
  /** Why, as its metadata says; the replayer's lines say more of what it set aside. */
  readonly reason: string;
  /** Undefined: it does not say. */
  readonly events?: number;
}

const READS_AT_ONCE = 16;

/** What is there, and why, oldest first. @throws AwsCallError */
export async function survey(s3: S3Client, options: Options): Promise<readonly Rejected[]> {
  const { bucket: Bucket, prefix: Prefix, sinceMs, untilMs, reason } = options;
  const found: Omit<Rejected, "reason">[] = [];
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })[Symbol.asyncIterator]();
  for (;;) {
    const { value: page, done } = await asked("s3:ListBucket", pages.next());
    if (done) break;
    for (const { Key = "", Size: bytes = 0, LastModified } of page.Contents ?? []) {
      const goesTo = backKey(Key);
      const since = LastModified?.getTime() ?? 0;
      if (goesTo === undefined || since < sinceMs || since > untilMs) continue;
      found.push({ key: Key, goesTo, bytes, sinceMs: since });
    }
  }
  const known = await inParallel(found, READS_AT_ONCE, async (object): Promise<Rejected> => {
    const head = await asked("s3:GetObject", s3.send(new HeadObjectCommand({ Bucket, Key: object.key })));
    const { reason = untold(object.key), events, "entry-count": entryCount } = head.Metadata ?? {};
    const count = Number(entryCount ?? events ?? Number.NaN);
    return { ...object, reason, ...(Number.isSafeInteger(count) && { events: count }) };
  });
  return reason === undefined ? known : known.filter((object) => object.reason.includes(reason));
}

/** Lambda's own records have no metadata. */
const untold = (key: string) =>
  key.startsWith(`rejected/${FAILED_EVENTS}`) ? "an event that Lambda gave up on" : "not told";
