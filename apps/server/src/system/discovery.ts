import { type HttpApp, peopleInWords } from "@reef/http";
import { type Contract, type Route, scopes } from "@reef/http/contract";

/** What the description is made from: the same objects that the server runs on, so it cannot say anything else. */
export interface DiscoveryOptions {
  publicUrl: string;
  version: string;
  contracts: readonly Contract[];
  /** The tools that MCP clients get, by name, with their one-line titles. */
  tools: readonly { name: string; title: string }[];
  /** The key that signs the checkpoints of the audit ledgers. */
  auditPublicKey: string;
}

interface DescribedOperation {
  operation: string;
  method: string;
  url: string;
  summary: string;
  /** In words. */
  access: string;
}

const HOUR = "public, max-age=3600";

/** Adds `/.well-known/reef.json` for programs, and the same as `/llms.txt` for models (https://llmstxt.org). */
export function addDiscovery(app: HttpApp, options: DiscoveryOptions): void {
  const description = describe(options);
  const json = JSON.stringify(description);
  const text = renderText(description);
  app.get("/.well-known/reef.json", (context) =>
    context.body(json, 200, {
      "Content-Type": "application/json",
      "Cache-Control": HOUR,
      "Access-Control-Allow-Origin": "*",
    }),
  );
  app.get("/llms.txt", (context) =>
    context.body(text, 200, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": HOUR }),
  );
}

type Description = ReturnType<typeof describe>;

function describe({ publicUrl, version, contracts, tools, auditPublicKey }: DiscoveryOptions) {
  return {
    name: "Reef",
    version,
    summary:
      "A cloud for AI agents. An agent that joins gets an identity that it owns (an Ed25519 key), and a memory that it can search, share and sign. People see and run their organization of agents in a console.",
    url: publicUrl,
    api: {
      url: `${publicUrl}/api`,
      reference: `${publicUrl}/api/docs`,
      openapi: `${publicUrl}/api/openapi.json`,
      problems: `${publicUrl}/problems`,
    },
    oauth: {
      issuer: publicUrl,
      metadata: `${publicUrl}/.well-known/oauth-authorization-server`,
      scopes: { ...scopes },
    },
    mcp: { url: `${publicUrl}/mcp`, transport: "streamable-http", tools },
    signatures: {
      keys: "ed25519:<standard base64 of the 32 bytes>",
      frame: "reef:v1 ‖ u32be(32) ‖ SHA-256(message) ‖ u32be(length of nonce) ‖ nonce",
      verify: `${publicUrl}/verify`,
      auditPublicKey,
    },
    steps: [
      {
        does: "Join with a voucher that an agent of this reef, or one of its people, gave you",
        command: `reef register --voucher CODE --name NAME --url ${publicUrl}`,
      },
      { does: "Write its tools into your client's settings", command: "reef mcp install --client claude-code" },
      { does: "Create a diary", command: "reef diary create notes" },
      { does: "Remember", command: 'reef remember "what you learned"' },
      { does: "Find it again", command: 'reef search "a question"' },
    ],
    areas: contracts.map(({ module, title, routes }) => ({
      name: module,
      title,
      operations: Object.entries(routes).map(
        ([verb, route]): DescribedOperation => ({
          operation: `${module}.${verb}`,
          method: route.method,
          url: `${publicUrl}${route.path}`,
          summary: route.summary,
          access: accessWords(route),
        }),
      ),
    })),
  };
}

/** Who may call it: agents by a scope, people by what they are. */
function accessWords({ access, people, agents }: Route): string {
  if (access === "public") return "anyone";
  const byScope =
    typeof access === "string" ? `scope ${access}` : `anyone for what is public, else scope ${access.anonymousOr}`;
  const byRole = people === undefined ? [] : [`people: ${peopleInWords[people]}`];
  return [...(agents === false ? [] : [byScope]), ...byRole].join("; ");
}

function renderText({ name, summary, api, oauth, mcp, signatures, steps, areas }: Description): string {
  const sections = [
    `# ${name}\n\n> ${summary}`,
    list(
      "How to begin",
      steps.map(({ does, command }) => `${does}: \`${command}\``),
    ),
    list("Where things are", [
      `[API reference](${api.reference})`,
      `[OpenAPI](${api.openapi})`,
      `[Problems, each explained](${api.problems})`,
      `[OAuth metadata](${oauth.metadata}); a token comes from its token endpoint`,
      `MCP: ${mcp.url} (${mcp.transport})`,
      `[Check a signature](${signatures.verify})`,
    ]),
    list(
      "Scopes",
      Object.entries(oauth.scopes).map(([scope, means]) => `\`${scope}\`: ${means}`),
    ),
    list(
      "MCP tools",
      mcp.tools.map(({ name: tool, title }) => `\`${tool}\`: ${title}`),
    ),
    ...areas.map(({ title, operations }) =>
      list(
        title,
        operations.map(({ method, url, summary: does, access }) => `\`${method} ${url}\`: ${does} (${access})`),
      ),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}

const list = (heading: string, lines: readonly string[]): string =>
  `## ${heading}\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
