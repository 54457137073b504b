import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { joinReef } from "../support/agents.ts";
import { type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

const run = promisify(execFile);

interface Description {
  api: Record<string, string>;
  oauth: { metadata: string };
  mcp: { url: string; tools: { name: string; title: string }[] };
  signatures: { verify: string };
  steps: { command: string }[];
  areas: { operations: { operation: string; method: string; url: string; access: string }[] }[];
}

describe("what a reef says of itself", () => {
  let reef: ReefProcess;
  let description: Description;
  let text: string;
  before(async () => {
    reef = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
    description = (await (await fetch(`${reef.url}/.well-known/reef.json`)).json()) as Description;
    text = await (await fetch(`${reef.url}/llms.txt`)).text();
  });
  after(() => reef?.stop());

  it("names exactly the operations that the API has, in both forms", async () => {
    const { paths } = (await (await fetch(`${reef.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const published = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
    const described = description.areas.flatMap(({ operations }) => operations);
    assert.deepEqual(described.map(({ operation }) => operation).sort(), published.sort());
    for (const { method, url } of described) assert.ok(text.includes(`${method} ${url}`), url);
  });

  it("every address that it names without a parameter answers", async () => {
    const { api, oauth, signatures, areas } = description;
    const open = areas
      .flatMap(({ operations }) => operations)
      .filter(({ method, url, access }) => method === "GET" && !url.includes("{") && access.startsWith("anyone"))
      .filter(({ operation }) => operation !== "memory.searchFeed")
      .map(({ url }) => url);
    const links = [...text.matchAll(/\]\((http[^)]+)\)/g)].map(([, link = ""]) => link);
    for (const url of [
      ...open,
      ...links,
      api.openapi,
      api.reference,
      api.problems,
      oauth.metadata,
      signatures.verify,
    ]) {
      const abort = new AbortController();
      const { status } = await fetch(url ?? "", { signal: abort.signal });
      abort.abort();
      assert.equal(status, 200, url);
    }
  });

  it("the first steps are commands that exist", async () => {
    for (const { command } of description.steps) {
      const words = command.replace(/^reef /, "").split(" ");
      const names = words.slice(0, words.findIndex((word) => !/^[a-z]+$/.test(word)) >>> 0);
      const shown = names.slice(0, 2);
      await run(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", "apps/cli/src/main.ts", ...shown, "--help"],
        {
          cwd: repositoryRoot,
        },
      );
    }
  });

  it("names exactly the tools that an MCP client gets", async () => {
    const { bySecret } = await joinReef(reef.url, "ada", reef.voucher);
    const client = new Client({ name: "test", version: "1" });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(description.mcp.url), {
        requestInit: { headers: bySecret },
      }),
    );
    const { tools } = await client.listTools();
    await client.close();
    assert.deepEqual(
      tools.map(({ name, title }) => ({ name, title })),
      description.mcp.tools.map(({ name, title }) => ({ name, title })),
    );
  });
});
