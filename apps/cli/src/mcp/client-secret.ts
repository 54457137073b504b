import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createReef, ReefError } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import { watchfulFetch } from "../connection/watchful-fetch.ts";
import type { Context } from "../context.ts";
import type { Environment } from "../environment.ts";
import { writeWhole } from "../files/write-whole.ts";
import { VARIABLES } from "./clients.ts";

/** An agent at its reef, as far as an MCP client has to know it. */
export interface McpAgent {
  url: string;
  clientId: string;
}

const SAFE = /^[\w.~-]+$/;

/**
 * The file that holds an agent's id and client secret for MCP clients, in a form that a shell reads as well. It is the
 * one place where this program keeps a client secret: it is shown once, and every client needs the same one.
 */
export const secretPath = ({ configFolder }: Environment, clientId: string): string =>
  join(configFolder, "mcp", `${clientId}.env`);

/** Keeps the secret that the reef gave, for this user only. */
export async function keepSecret(
  environment: Environment,
  agent: Pick<McpAgent, "clientId">,
  clientSecret: string,
): Promise<void> {
  if (!SAFE.test(agent.clientId) || !SAFE.test(clientSecret)) {
    throw new Error("The reef gave credentials that no shell could read.");
  }
  const folder = join(environment.configFolder, "mcp");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await writeWhole(
    secretPath(environment, agent.clientId),
    `export ${VARIABLES.clientId}=${agent.clientId}\nexport ${VARIABLES.clientSecret}=${clientSecret}\n`,
  );
}

/**
 * The agent's client secret: the kept one as long as the reef takes it, else a new one, with which the old one ends.
 */
export async function ensureSecret(
  context: Context,
  agent: McpAgent,
): Promise<{ clientSecret: string; isNew: boolean }> {
  const kept = await findSecret(context.environment, agent);
  if (kept !== undefined && (await isTaken(context, agent, kept))) return { clientSecret: kept, isNew: false };
  const reef = await connect(context);
  const { clientSecret } = await reef.identity.rotateSecret();
  await keepSecret(context.environment, agent, clientSecret);
  return { clientSecret, isNew: true };
}

/**
 * Keeps a new secret where one is kept already, in place of the one that has ended.
 *
 * @returns the path of the file; undefined where none is kept.
 */
export async function replaceSecret(
  environment: Environment,
  agent: Pick<McpAgent, "clientId">,
  clientSecret: string,
): Promise<string | undefined> {
  if ((await findSecret(environment, agent)) === undefined) return undefined;
  await keepSecret(environment, agent, clientSecret);
  return secretPath(environment, agent.clientId);
}

async function findSecret(environment: Environment, agent: Pick<McpAgent, "clientId">): Promise<string | undefined> {
  const text = await readFile(secretPath(environment, agent.clientId), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return new RegExp(`^export ${VARIABLES.clientSecret}=([\\w.~-]+)$`, "m").exec(text)?.[1];
}

async function isTaken(context: Context, { url, clientId }: McpAgent, clientSecret: string): Promise<boolean> {
  const { signal } = context;
  const reef = createReef({ url, credentials: { clientId, clientSecret }, fetch: watchfulFetch(context), signal });
  try {
    await reef.identity.whoami();
    return true;
  } catch (error) {
    if (error instanceof ReefError && (error.status === 401 || error.code === "invalid_client")) return false;
    throw error;
  }
}
