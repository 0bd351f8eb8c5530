import http from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Stands in front of the emulator as a load balancer does that ends TLS: forwards every request and says that it came
 * by https. Bucket policies that refuse plain HTTP (`aws:SecureTransport`) hold in the emulator, too.
 *
 * @returns its URL. It ends with this process.
 */
export async function serveTlsFront(targetPort: number): Promise<string> {
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const forwarded = http.request(
      {
        agent,
        host: "127.0.0.1",
        port: targetPort,
        method,
        path: url,
        // The host stays as the client wrote it: it is part of what was signed.
        headers: { ...headers, "x-forwarded-proto": "https" },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    // No answer is the answer: clients try again.
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
