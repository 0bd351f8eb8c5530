import { readFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import tls from "node:tls";
import { fileURLToPath } from "node:url";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** Path of the authority's certificate, for NODE_EXTRA_CA_CERTS: nobody else knows it. */
export const TEST_CA = fixture("ca.pem");

export interface TlsServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Ends TLS in front of a plain server on this machine, as `*.example.test` and 127.0.0.1. */
export async function startTls(plainPort: number): Promise<TlsServer> {
  const sockets = new Set<net.Socket>();
  const certificate = { key: readFileSync(fixture("server-key.pem")), cert: readFileSync(fixture("server.pem")) };
  const server = tls.createServer(certificate, (socket) => {
    const plain = net.connect(plainPort, "127.0.0.1");
    plain.pipe(socket).pipe(plain);
    for (const [one, other] of [
      [plain, socket],
      [socket, plain],
    ] as const) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
