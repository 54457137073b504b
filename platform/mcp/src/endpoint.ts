import type { IncomingMessage } from "node:http";
import {
  type AuthInfo,
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import type { Problem } from "@reef/errors";
import {
  answerProblem,
  asProblem,
  callerId,
  clientAddress,
  type HttpApp,
  type HttpContext,
  httpErrors,
  type Limits,
  type MemberCaller,
  type OrganizationDirectory,
  requestIdOf,
} from "@reef/http";
import { TEXT_BODY_BYTES } from "@reef/http/contract";
import type { Logger } from "@reef/telemetry";

export interface EndpointOptions {
  path: string;
  /** The address under which clients reach this reef, without a slash at its end. */
  publicUrl: string;
  /** Origins of other sites whose pages may call; every other page is refused, as in a DNS rebinding attack. */
  allowedOrigins: readonly string[];
  trustedProxies: number;
  limits: Limits;
  logger: Logger;
  /** Who sends a request. @throws a problem with status 401 when it cannot tell, or 429 when it could not too often. */
  identify(request: IncomingMessage): MemberCaller | Promise<MemberCaller>;
  /** Absent where no request can name an organization, as in tests of this package. */
  organizations?: OrganizationDirectory | undefined;
  /** The server that answers one request of a caller. */
  buildServer(caller: MemberCaller, requestId: string): McpServer;
}

export interface Endpoint {
  /** Ends what is still being answered. */
  stop(): Promise<void>;
}

interface Visitor {
  caller: MemberCaller;
  requestId: string;
}

/**
 * Adds an MCP endpoint (Streamable HTTP): the 2026-07-28 revision, and the 2025 revisions without sessions, so that any
 * process may answer any request. The protocol is the SDK's; this is what stands before it: who calls, from which page,
 * how often and how much at once.
 */
export function mountEndpoint(app: HttpApp, options: EndpointOptions): Endpoint {
  const { path, limits, logger, publicUrl } = options;
  const visitors = new WeakMap<AuthInfo, Visitor>();
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const visitor = authInfo && visitors.get(authInfo);
      if (visitor === undefined) throw new Error("A request reached the MCP handler without a caller.");
      return options.buildServer(visitor.caller, visitor.requestId);
    },
    { maxRequestBodySize: TEXT_BODY_BYTES, onerror: (error) => logger.debug({ err: error }, "mcp request refused") },
  );
  const allowedHosts = allowedHostnames(options);
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(new URL(`${publicUrl}${path}`));

  app.all(path, async (context) => {
    context.env.outgoing.operation = "mcp";
    const refused = originValidationResponse(context.req.raw, allowedHosts);
    if (refused !== undefined) return refused;
    try {
      const caller = await admit(context, options);
      const authInfo = authInfoOf(caller, resourceMetadataUrl);
      visitors.set(authInfo, { caller, requestId: requestIdOf(context) });
      return completed(await handler.fetch(context.req.raw, { authInfo }));
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status !== 401) throw problem;
      const response = answerProblem(context, problem, { publicUrl });
      response.headers.set("WWW-Authenticate", challenge(problem, resourceMetadataUrl));
      return response;
    }
  });

  /** Who calls, once that is known and within its budget. A refused credential costs its address as much as any request. */
  async function admit(context: HttpContext, options: EndpointOptions): Promise<MemberCaller> {
    const { identify, organizations, trustedProxies } = options;
    const { incoming, outgoing } = context.env;
    let caller: MemberCaller;
    try {
      caller = await identify(incoming);
      outgoing.caller = caller;
    } catch (error) {
      // Also where the answer is to wait: to find that out was as much work.
      if (asProblem(error).status < 500) await spend("read", clientAddress(incoming, trustedProxies), false);
      throw error;
    }
    await spend("probe", callerId(caller), true);
    // As with every route: whoever names another organization than the caller's learns nothing of it.
    const named = await organizations?.findNamed(incoming);
    if (named !== undefined && named !== caller.organizationId) throw httpErrors.other_organization();
    return caller;
  }

  async function spend(limit: "probe" | "read", key: string, identified: boolean): Promise<void> {
    const state = await limits.take(limit, key, identified);
    if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
  }

  return { stop: () => handler.close() };
}

/** What the SDK may know of a caller; its token stays out. */
const authInfoOf = (caller: MemberCaller, resourceMetadataUrl: string): AuthInfo => ({
  token: "",
  clientId: callerId(caller),
  scopes: [...caller.scopes],
  resourceMetadataUrl,
});

/** Pages of the reef itself and of the sites that its settings name; on one's own machine, pages of this machine. */
function allowedHostnames({ publicUrl, allowedOrigins }: EndpointOptions): string[] {
  const named = [publicUrl, ...allowedOrigins].map((origin) => new URL(origin).hostname);
  return named.some((host) => localhostAllowedOrigins().includes(host))
    ? [...named, ...localhostAllowedOrigins()]
    : named;
}

/** How a client finds out where to get a token (RFC 9728, section 5.1). */
function challenge(problem: Problem, resourceMetadataUrl: string): string {
  const error = problem.code === "http.unauthenticated" ? "" : `error="invalid_token", `;
  return `Bearer ${error}resource_metadata="${resourceMetadataUrl}"`;
}

/** What HTTP asks of two of the SDK's refusals. */
function completed(response: Response): Response {
  if (response.status === 405) response.headers.set("Allow", "POST");
  // The rest of a body that is too large is not read, so the connection cannot carry another request.
  if (response.status === 413) response.headers.set("Connection", "close");
  return response;
}
