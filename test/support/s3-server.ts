import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { StoredObject } from "../../functions/undelivered/stored-object.ts";

export interface S3Object {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly writtenMs: number;
}

export interface S3Server {
  readonly endpoint: string;
  /** By key. */
  readonly objects: Map<string, S3Object>;
  /** Puts an object there without a request: for thousands of them. */
  readonly put: (object: StoredObject) => void;
  /** How many requests of each kind there were. */
  readonly requests: Record<string, number>;
  readonly stop: () => Promise<void>;
}

/**
 * One bucket, whatever its name, in memory: all that the functions use of S3, conditional writes and removing many at once
 * included, and fast enough for thousands of objects.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, S3Object>();
  const requests: Record<string, number> = {};
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? "", "http://s3");
    const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
    const [kind, { status = 200, headers = {}, body = "" }] = answer(request, url, key, Buffer.concat(chunks), objects);
    requests[kind] = (requests[kind] ?? 0) + 1;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    put: ({ key, body, contentType, metadata }) => {
      const names = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
      write({ "content-type": contentType, ...Object.fromEntries(names) }, key, Buffer.from(body), objects);
    },
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status?: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

function answer(
  { method, headers }: http.IncomingMessage,
  url: URL,
  key: string,
  body: Buffer,
  objects: Map<string, S3Object>,
): [kind: string, Answer] {
  if (key === "" && method === "GET") return ["list", list(url.searchParams, objects)];
  if (key === "" && method === "POST" && url.searchParams.has("delete")) return ["removeAll", removeAll(body, objects)];
  if (method === "GET") return ["read", read(objects.get(key))];
  if (method === "HEAD") return ["head", { ...read(objects.get(key)), body: "" }];
  if (method === "PUT") return ["write", write(headers, key, body, objects)];
  if (method === "DELETE") {
    objects.delete(key);
    return ["remove", { status: 204 }];
  }
  return ["other", error(501, "NotImplemented")];
}

const XML = { "content-type": "application/xml" };
const error = (status: number, code: string): Answer => ({
  status,
  headers: XML,
  body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

function read(object: S3Object | undefined): Answer {
  if (!object) return error(404, "NoSuchKey");
  return { headers: { ...object.headers, etag: object.etag, "content-length": object.body.length }, body: object.body };
}

function write(headers: http.IncomingHttpHeaders, key: string, given: Buffer, objects: Map<string, S3Object>): Answer {
  const existing = objects.get(key);
  if (headers["if-none-match"] === "*" && existing) return error(412, "PreconditionFailed");
  const wanted = headers["if-match"];
  if (wanted !== undefined && !existing) return error(404, "NoSuchKey");
  if (wanted !== undefined && wanted !== existing?.etag) return error(412, "PreconditionFailed");
  const source = headers["x-amz-copy-source"];
  const copied = source === undefined ? undefined : objects.get(keyOfSource(String(source)));
  if (source !== undefined && !copied) return error(404, "NoSuchKey");
  const body = copied?.body ?? given;
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  objects.set(key, { body, etag, headers: copied?.headers ?? kept(headers), writtenMs: Date.now() });
  if (!copied) return { headers: { etag } };
  return { headers: XML, body: `<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>` };
}

const keyOfSource = (source: string) => decodeURIComponent(source).replace(/^\//, "").split("/").slice(1).join("/");

const kept = (headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:x-amz-meta-|content-type$)/.test(name)));

function removeAll(body: Buffer, objects: Map<string, S3Object>): Answer {
  for (const [, key = ""] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(unescaped(key));
  return { headers: XML, body: "<DeleteResult></DeleteResult>" };
}

const unescaped = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const PAGE = 1_000;

function list(query: URLSearchParams, objects: Map<string, S3Object>): Answer {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const delimiter = query.get("delimiter");
  if (delimiter) {
    const folders = new Set(keys.map((key) => key.split(delimiter)[0]));
    const prefixes = [...folders].map(
      (folder) => `<CommonPrefixes><Prefix>${folder}${delimiter}</Prefix></CommonPrefixes>`,
    );
    return { headers: XML, body: `<ListBucketResult>${prefixes.join("")}</ListBucketResult>` };
  }
  const page = keys.slice(0, PAGE);
  const contents = page.map((key) => {
    const { etag, body, writtenMs } = objects.get(key) as S3Object;
    const modified = new Date(writtenMs).toISOString();
    return `<Contents><Key>${key}</Key><ETag>${etag}</ETag><Size>${body.length}</Size><LastModified>${modified}</LastModified></Contents>`;
  });
  const more =
    keys.length > PAGE
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>`
      : "<IsTruncated>false</IsTruncated>";
  return { headers: XML, body: `<ListBucketResult>${more}${contents.join("")}</ListBucketResult>` };
}
