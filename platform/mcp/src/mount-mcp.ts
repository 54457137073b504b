import { callerId, type HttpApp } from "@reef/http";
import type { Logger } from "@reef/telemetry";
import { createServer, type Offer, type OnVisit } from "./create-server.ts";
import { identifyByCredentials, type McpAuthenticator } from "./credentials.ts";
import { type Endpoint, type EndpointOptions, mountEndpoint } from "./endpoint.ts";
import { createSessions, type SessionDependencies } from "./session.ts";

/** The path of the endpoint, which is also the end of its audience. */
export const MCP_PATH = "/mcp";

export interface McpOptions
  extends Omit<EndpointOptions, "path" | "identify" | "buildServer" | "limits">,
    SessionDependencies {
  authenticator: McpAuthenticator;
  offer: Offer;
}

/** Adds `/mcp` to the application: everything that the reef offers by MCP, as views of its routes. */
export function mountMcp(app: HttpApp, options: McpOptions): Endpoint {
  const openSession = createSessions(options);
  const log = logVisits(options.logger);
  return mountEndpoint(app, {
    ...options,
    path: MCP_PATH,
    identify: identifyByCredentials(options.authenticator, options.trustedProxies),
    buildServer: (caller, requestId) => createServer(options.offer, openSession(caller, requestId), log),
  });
}

/** Who did what, without a word of what was in it. */
const logVisits =
  (logger: Logger): OnVisit =>
  ({ caller, requestId }, { kind, name, readOnly, durationMs, problem }) => {
    const line = {
      requestId,
      operation: `mcp.${name}`,
      kind,
      caller: callerId(caller),
      durationMs: Math.round(durationMs),
      ...(problem && { code: problem.code, ...problem.options.internal }),
    };
    if (problem !== undefined && problem.status >= 500)
      logger.error({ ...line, err: problem.options.cause }, "mcp call failed");
    else logger[readOnly ? "debug" : "info"](line, problem === undefined ? "mcp call" : "mcp call refused");
  };
