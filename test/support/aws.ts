import http from "node:http";
import type { AddressInfo } from "node:net";

export { type Bucket, startBucket } from "../../tools/stand-ins/bucket.ts";
export { AWS_CREDENTIALS } from "../../tools/stand-ins/credentials.ts";
export { type SecretServer, startSecrets } from "../../tools/stand-ins/secrets.ts";

/** An S3 server that refuses one method, and passes everything else on to another. */
export async function startS3Refusals(endpoint: string, method: string) {
  const server = http.createServer((request, response) => {
    if (request.method === method) {
      request.resume();
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    const { headers, url = "" } = request;
    const passedOn = http.request(new URL(url, endpoint), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
