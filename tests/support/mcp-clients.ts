import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as EarlierClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as EarlierTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { makeFolder, repositoryRoot } from "./reef-process.ts";

/** What a tool answered. */
interface ToolResult {
  // biome-ignore lint/suspicious/noExplicitAny: each tool has fields of its own, and the test names those it expects.
  fields: any;
  text: string;
  isError: boolean;
}

/** A program that speaks MCP, as far as a session needs it. */
export interface McpClient {
  listTools(): Promise<string[]>;
  call(name: string, given?: Record<string, unknown>): Promise<ToolResult>;
  /** The text of a resource. */
  read(uri: string): Promise<string>;
  /** The text of a prompt. */
  prompt(name: string, given?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

interface Answer {
  content?: unknown;
  structuredContent?: unknown;
  isError?: unknown;
}

const asToolResult = ({ content, structuredContent, isError }: Answer): ToolResult => ({
  fields: structuredContent,
  text: (content as { text?: string }[])[0]?.text ?? "",
  isError: isError === true,
});

/** The official client of the 2026 line, in either revision. */
export async function connectClient(
  url: string,
  headers: Record<string, string>,
  mode: "auto" | "legacy",
): Promise<McpClient & { client: Client }> {
  const client = new Client({ name: "journey", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
  return { client, ...sessionOf(client as unknown as CommonClient) };
}

/** The client that today's programs are built with. */
export async function connectEarlierClient(url: string, headers: Record<string, string>): Promise<McpClient> {
  const client = new EarlierClient({ name: "journey", version: "1" });
  await client.connect(new EarlierTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
  return sessionOf(client as unknown as CommonClient);
}

/** What both lines of the official client have alike. */
interface CommonClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<Answer>;
  readResource(request: { uri: string }): Promise<{ contents: { text?: string }[] }>;
  getPrompt(request: { name: string; arguments: Record<string, string> }): Promise<{
    messages: { content: { text?: string } }[];
  }>;
  close(): Promise<void>;
}

const sessionOf = (client: CommonClient): McpClient => ({
  listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
  call: async (name, given = {}) => asToolResult(await client.callTool({ name, arguments: given })),
  read: async (uri) => (await client.readResource({ uri })).contents[0]?.text ?? "",
  prompt: async (name, given = {}) =>
    (await client.getPrompt({ name, arguments: given })).messages[0]?.content.text ?? "",
  close: () => client.close(),
});

const inspector = join(
  dirname(fileURLToPath(import.meta.resolve("@modelcontextprotocol/inspector/package.json"))),
  "clients/launcher/build/index.js",
);

/**
 * The MCP Inspector's command line, over the settings that `reef` wrote. Its own files go into a folder of its own, and
 * it has no display on which it could open a browser.
 */
export function inspectorSession(settingsFile: string): McpClient {
  const home = makeFolder("reef-inspector-");
  async function run(method: string, ...more: string[]) {
    const target = ["--cli", "--config", settingsFile, "--server", "reef", "--method", method];
    const child = spawn(process.execPath, [inspector, ...target, ...more], {
      cwd: repositoryRoot,
      env: { HOME: home, PATH: process.env.PATH, BROWSER: "none", MCP_AUTO_OPEN_ENABLED: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    const begin = stdout.indexOf("{");
    // A tool that answers with an error ends it with a code of its own; anything else that is wrong writes no result.
    if (begin === -1 || (exitCode !== 0 && method !== "tools/call"))
      throw new Error(`The Inspector ended with ${exitCode}:\n${stdout}${stderr}`);
    return JSON.parse(stdout.slice(begin));
  }
  const pairs = (given: Record<string, unknown>) =>
    Object.entries(given).map(
      ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  return {
    listTools: async () => (await run("tools/list", "--strict")).tools.map(({ name }: { name: string }) => name),
    async call(name, given = {}) {
      const args = pairs(given).flatMap((pair) => ["--tool-arg", pair]);
      return asToolResult(await run("tools/call", "--tool-name", name, ...args));
    },
    read: async (uri) => (await run("resources/read", "--uri", uri)).contents[0].text,
    async prompt(name, given = {}) {
      const args = pairs(given).flatMap((pair) => ["--prompt-args", pair]);
      return (await run("prompts/get", "--prompt-name", name, ...args)).messages[0].content.text;
    },
    async close() {},
  };
}
