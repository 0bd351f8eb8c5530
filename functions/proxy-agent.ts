import type http from "node:http";
import { builtin } from "./builtin.ts";
import type { ProxySettings } from "./settings/proxy.ts";

/**
 * A proxy may take a connection, or say that it is through, and be silent then. No request waits that long for it; its
 * socket is only freed.
 */
const CONNECT_MS = 15_000;

/**
 * An agent whose requests go through a proxy, but for hosts that are to be reached directly. Node has that built in since
 * 24.5. https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support (2026-11)
 */
export function proxyAgent(
  tls: boolean,
  proxyEnv: ProxySettings,
  options: http.AgentOptions,
  connectMs = CONNECT_MS,
): http.Agent {
  const { Agent } = tls ? builtin("node:https") : builtin("node:http");
  const agent = new Agent({ ...options, keepAlive: true, proxyEnv: { ...proxyEnv } });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (connection, done) => {
    const socket = connect(connection, (error, connected) => {
      clearTimeout(timer);
      done?.(error, connected);
    });
    // Until a tunnel stands, its socket belongs to no request: one that ends, for whatever reason, leaves it open.
    const timer = setTimeout(() => {
      if (socket && !belongsToRequest(agent, socket)) socket.destroy();
    }, connectMs).unref();
    return socket;
  };
  return agent;
}

const belongsToRequest = (agent: http.Agent, socket: unknown) =>
  [agent.sockets, agent.freeSockets].some((pool) =>
    Object.values(pool).some((sockets) => sockets?.includes(socket as never)),
  );

/** What clients of the AWS SDK need for it, in their request handler. Nothing, if there is no proxy. */
export function sdkAgents(proxy: ProxySettings | undefined): { httpAgent?: http.Agent; httpsAgent?: http.Agent } {
  if (!proxy) return {};
  // As many connections as the SDK's own agents have.
  const options = { maxSockets: 50 };
  return { httpAgent: proxyAgent(false, proxy, options), httpsAgent: proxyAgent(true, proxy, options) };
}
