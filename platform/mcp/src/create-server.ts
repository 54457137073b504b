import {
  type CallToolResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  requireScopes,
} from "@modelcontextprotocol/server";
import type { Problem } from "@reef/errors";
import { asProblem } from "@reef/http";
import { problemResult, problemText } from "./problem-result.ts";
import type { Prompt, Resource } from "./resource.ts";
import type { Session } from "./session.ts";
import type { Tool } from "./tool.ts";

/** What a server offers by MCP. */
export interface Offer {
  name: string;
  version: string;
  /** What every model is told at the start. */
  instructions: string;
  tools: readonly Tool[];
  resources: readonly Resource[];
  prompts: readonly Prompt[];
}

/** What was asked of a session, and how it went. */
interface Visit {
  kind: "tool" | "resource" | "prompt";
  name: string;
  readOnly: boolean;
  durationMs: number;
  problem: Problem | undefined;
}

/** Told of every visit, for the log. */
export type OnVisit = (session: Session, visit: Visit) => void;

/**
 * The SDK's server with all of an offer, for one request. Nothing of it outlives the request, so any number of processes
 * may answer a client in turn, and no list ever changes while a process runs.
 */
export function createServer(offer: Offer, session: Session, onVisit: OnVisit): McpServer {
  const { name, version, instructions, tools, resources, prompts } = offer;
  const unchanging = { listChanged: false };
  const server = new McpServer(
    { name, version },
    {
      instructions,
      capabilities: { tools: unchanging, resources: unchanging, prompts: unchanging },
      cacheHints: {
        "tools/list": CACHED,
        "prompts/list": CACHED,
        "resources/list": CACHED,
        "resources/templates/list": CACHED,
        "server/discover": CACHED,
      },
      maxToolInputElements: 1_000,
    },
  );
  const watch = createWatch(session, onVisit);
  for (const tool of tools) addTool(server, tool, session, watch);
  for (const resource of resources) addResource(server, resource, session, watch);
  for (const prompt of prompts) addPrompt(server, prompt, session, watch);
  return server;
}

/** Lists are the same for everybody, and change only with a new version of the reef. */
const CACHED = { ttlMs: 300_000, cacheScope: "public" } as const;

type Watch = <Answer>(
  visit: Pick<Visit, "kind" | "name" | "readOnly">,
  work: () => Promise<Answer>,
  refuse: (problem: Problem) => Answer,
) => Promise<Answer>;

/** Does the work, turns what is thrown into a problem, and tells of both. */
const createWatch =
  (session: Session, onVisit: OnVisit): Watch =>
  async (visit, work, refuse) => {
    const started = performance.now();
    const tell = (problem?: Problem) =>
      onVisit(session, { ...visit, durationMs: performance.now() - started, problem });
    try {
      const answer = await work();
      tell();
      return answer;
    } catch (error) {
      const problem = asProblem(error);
      tell(problem);
      return refuse(problem);
    }
  };

function addTool(server: McpServer, tool: Tool, session: Session, watch: Watch): void {
  const { name, title, description, annotations, input, output, scope, nextSteps } = tool;
  const readOnly = annotations.readOnlyHint === true;
  server.registerTool(
    name,
    {
      title,
      description,
      annotations,
      inputSchema: input,
      outputSchema: output,
      // A client that signed in for less can ask its user for more (step-up authorization of the MCP specification).
      ...(scope !== undefined && { scopeChallenge: requireScopes(scope) }),
    },
    (given) =>
      watch<CallToolResult>(
        { kind: "tool", name, readOnly },
        async () => {
          const { fields, text } = await tool.run(session, given as never);
          return { structuredContent: fields as Record<string, unknown>, content: [{ type: "text", text }] };
        },
        (problem) => problemResult(problem, session.requestId, nextSteps),
      ),
  );
}

function addResource(server: McpServer, resource: Resource, session: Session, watch: Watch): void {
  const { uri, name, title, description, mimeType, read } = resource;
  const metadata = { title, description, mimeType };
  const answer = async (at: URL, variables: Readonly<Record<string, string>>) => {
    const text = await watch(
      { kind: "resource", name, readOnly: true },
      () => read(session, variables),
      (problem) => refuse(problem, session, at),
    );
    return { contents: [{ uri: at.href, mimeType, text }] };
  };
  if (!uri.includes("{")) server.registerResource(name, uri, metadata, (at) => answer(at, {}));
  else {
    const template = new ResourceTemplate(uri, { list: undefined });
    server.registerResource(name, template, metadata, (at, variables) => answer(at, singleValues(variables)));
  }
}

const singleValues = (variables: Readonly<Record<string, string | string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));

function addPrompt(server: McpServer, prompt: Prompt, session: Session, watch: Watch): void {
  const { name, title, description, write } = prompt;
  server.registerPrompt(name, { title, description, argsSchema: prompt.arguments }, async (given) => {
    const text = await watch(
      { kind: "prompt", name, readOnly: true },
      () => write(session, given as never),
      (problem) => refuse(problem, session),
    );
    return { messages: [{ role: "user", content: { type: "text", text } }] };
  });
}

/** A problem of a resource or prompt is a protocol error: they have no result that could carry it. */
function refuse(problem: Problem, session: Session, at?: URL): never {
  const text = problemText(problem, session.requestId);
  if (problem.status === 404 && at !== undefined) throw new ResourceNotFoundError(at.href, text);
  const code = problem.status >= 500 ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
  throw new ProtocolError(code, text, { code: problem.code });
}
