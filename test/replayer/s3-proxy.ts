import http from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a request to S3. `hangBody`: its answer stops in the middle. `large`: it says that 60 MB follow. */
export type S3Fault = "refuse" | "hang" | "hangBody" | "large";

export type FaultOf = (request: { readonly method: string; readonly path: string }) => S3Fault | undefined;

/** An S3 server that treats some requests otherwise, and passes all others on to another. */
export async function startS3Proxy(endpoint: string) {
  const state = { faultOf: (() => undefined) as FaultOf };
  const server = http.createServer((request, response) => {
    const { headers, method = "", url = "" } = request;
    const fault = state.faultOf({ method, path: decodeURIComponent(url) });
    if (fault === "refuse" || fault === "hang") {
      request.resume();
      if (fault === "hang") return;
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    if (fault === "large") {
      response.writeHead(200, { "content-length": "60000000" });
      response.write("the first of them");
      return;
    }
    const passedOn = http.request(new URL(url, endpoint), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault !== "hangBody") answer.pipe(response);
      else answer.once("data", (chunk: Buffer) => response.write(chunk.subarray(0, 10)));
    });
    request.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
