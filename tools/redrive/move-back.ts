import { CopyObjectCommand, DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import { inParallel } from "../../functions/in-parallel.ts";
import { asked } from "../aws-call.ts";
import type { Rejected } from "./survey.ts";

export interface Moved {
  readonly objects: number;
  /** Key → why it is still there. */
  readonly failed: ReadonlyMap<string, string>;
}

const COPIES_AT_ONCE = 8;
const OBJECTS_A_TIME = 200;

/**
 * Copies objects to where the replayer takes them from, and then removes them: so none is ever missing, and one that is cut
 * off in between is there twice, and moved again the next time. What is there already under the same name stays.
 * @throws AwsCallError if nothing at all can be done
 */
export async function moveBack(
  s3: S3Client,
  bucket: string,
  objects: readonly Rejected[],
  isInterrupted: () => boolean,
  onProgress: (moved: number) => void,
): Promise<Moved> {
  const failed = new Map<string, string>();
  let moved = 0;
  for (let start = 0; start < objects.length && !isInterrupted(); start += OBJECTS_A_TIME) {
    const some = objects.slice(start, start + OBJECTS_A_TIME);
    await inParallel(some, COPIES_AT_ONCE, async (object) => {
      const problem = await copied(s3, bucket, object);
      if (problem !== undefined) failed.set(object.key, problem);
    });
    const there = some.filter(({ key }) => !failed.has(key));
    for (const [key, problem] of await removed(s3, bucket, there)) failed.set(key, problem);
    moved += some.filter(({ key }) => !failed.has(key)).length;
    onProgress(moved);
  }
  return { objects: moved, failed };
}

/** @returns why not */
async function copied(s3: S3Client, bucket: string, { key, goesTo }: Rejected): Promise<string | undefined> {
  const source = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  const command = new CopyObjectCommand({ Bucket: bucket, Key: goesTo, CopySource: source, IfNoneMatch: "*" });
  try {
    await s3.send(command);
    return undefined;
  } catch (error) {
    const { name } = error as Error;
    if (name === "PreconditionFailed") return `${goesTo} is there already`;
    if (name === "NoSuchKey") return "it is gone: expired, or moved by somebody else";
    // Of credentials and rights: so it is for all of them.
    if (/^(?:AccessDenied|Credentials|ExpiredToken|InvalidAccessKey|NoSuchBucket)/.test(name)) {
      return asked("s3:PutObject", Promise.reject(error));
    }
    return name;
  }
}

async function removed(s3: S3Client, bucket: string, objects: readonly Rejected[]) {
  if (objects.length === 0) return [];
  const Delete = { Objects: objects.map(({ key }) => ({ Key: key })), Quiet: true };
  const { Errors = [] } = await asked("s3:DeleteObject", s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete })));
  return Errors.map(({ Key = "", Code = "error" }) => [Key, `moved, but still there, too: ${Code}`] as const);
}
