import http from "node:http";
import net, { type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** What a proxy does with a request to connect, or with a plain request. */
export type ProxyFault =
  | { readonly kind: "refuse"; readonly status: number }
  /** Takes the connection and says nothing. */
  | { readonly kind: "silent" }
  /** Says that the tunnel stands, and nothing more. */
  | { readonly kind: "silentTunnel" }
  | { readonly kind: "reset" };

export interface ConnectProxy {
  readonly url: string;
  /** `host:port` → port on this machine. Others can't be reached. */
  readonly routes: Map<string, number>;
  /** Of all requests from now on; undefined: all is well. */
  fault: ProxyFault | undefined;
  /** `host:port` of every tunnel that was asked for, and of every plain request, in turn. */
  readonly asked: string[];
  /** `Proxy-Authorization` of each. */
  readonly authorizations: (string | undefined)[];
  /** Connections to the proxy that are open now. */
  readonly openSockets: () => number;
  readonly stop: () => Promise<void>;
}

/** A proxy as companies have them: tunnels for TLS (CONNECT), plain requests passed on. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const sockets = new Set<Duplex>();
  const track = (socket: Duplex) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    // A server of HTTP would leave its half open.
    socket.on("end", () => socket.destroy());
  };
  const remember = (target: string, headers: http.IncomingHttpHeaders) => {
    state.asked.push(target);
    state.authorizations.push(headers["proxy-authorization"]);
    return state.fault;
  };

  const server = http.createServer((request, response) => {
    const { method, headers, url = "" } = request;
    const { host, hostname, port, pathname } = new URL(url);
    const fault = remember(port ? host : `${hostname}:80`, headers);
    request.on("error", () => undefined);
    if (fault?.kind === "refuse") response.writeHead(fault.status).end();
    else if (fault?.kind === "reset") request.socket.destroy();
    else if (fault) request.resume();
    else {
      const local = state.routes.get(port ? host : `${hostname}:80`);
      const passedOn = http.request({ host: "127.0.0.1", port: local, method, path: pathname, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(passedOn);
    }
  });
  server.on("connection", track);
  server.on("connect", ({ url = "", headers }: http.IncomingMessage, socket: Duplex) => {
    const fault = remember(url, headers);
    const local = state.routes.get(url);
    const refuse = (status: number) => socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n\r\n`);
    if (fault?.kind === "refuse") refuse(fault.status);
    else if (fault?.kind === "reset") socket.destroy();
    else if (fault?.kind === "silent") socket.resume();
    else if (fault?.kind === "silentTunnel") {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.resume();
    } else if (local === undefined) refuse(502);
    else {
      const target = net.connect(local, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
      target.on("error", () => socket.destroy()).on("close", () => socket.destroy());
      socket.on("close", () => target.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes: new Map(),
    fault: undefined,
    asked: [],
    authorizations: [],
    openSockets: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return state;
}
