import type { CreateKeyInput, GatewayKey, Page } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { agentIdOf } from "../gateway/find.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

interface CreateOptions {
  models?: string[];
  agent?: string;
  workspace?: `wsp_${string}`;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  expires?: string;
  captureDays?: number;
  cacheSeconds?: number;
  cacheAlike?: number;
}

/** What a key keeps: null for nothing, undefined where that is not said. */
function keepingOf({
  captureDays,
  cacheSeconds,
  cacheAlike,
}: {
  captureDays?: number | "none";
  cacheSeconds?: number | "none";
  cacheAlike?: number;
}): Pick<CreateKeyInput, "capture" | "cache"> {
  if (cacheAlike !== undefined && typeof cacheSeconds !== "number") {
    throw new CommandError(
      exitCodes.wrongUse,
      "--cache-alike needs --cache-seconds.",
      "Say how long answers are kept.",
    );
  }
  const semantic = cacheAlike === undefined ? null : { threshold: cacheAlike };
  return {
    capture: typeof captureDays === "number" ? { retentionDays: captureDays } : captureDays && null,
    cache: typeof cacheSeconds === "number" ? { ttlSeconds: cacheSeconds, semantic } : cacheSeconds && null,
  };
}

/** `reef keys create NAME`: stdout gets the secret alone, so that a script can pass it on. */
export async function createKey(context: Context, options: CreateOptions, name: string): Promise<void> {
  const { models, agent, workspace: workspaceId, requestsPerMinute, tokensPerMinute, expires } = options;
  const { output } = context;
  const reef = await connect(context);
  const agentId = await agentIdOf(reef, agent);
  const key = await reef.gateway.createKey({
    name,
    models,
    agentId,
    workspaceId,
    requestsPerMinute,
    tokensPerMinute,
    expiresAt: expires,
    ...keepingOf(options),
  });
  output.result(key, key.secret);
  output.talk(`This is the secret of the key ${oneLine(key.name)}, ${key.id}. It is not shown again.`);
  output.talk(`Programs call models with it at ${reef.url}/v1, as OpenAI's and Anthropic's clients do.`);
}

/** `reef keys list`: all of the organization for people, an agent's own for itself. */
export async function listKeys(
  context: Context,
  options: { agent?: string; state?: GatewayKey["state"]; limit?: number; cursor?: string },
): Promise<void> {
  const { agent, state, limit, cursor } = options;
  const reef = await connect(context);
  const agentId = await agentIdOf(reef, agent);
  const page: Page<GatewayKey> = await reef.gateway.listKeys({ agentId, state, limit, cursor });
  const columns = [
    { heading: "NAME", text: (key: GatewayKey) => key.name, mayCut: true },
    { heading: "SECRET", text: (key: GatewayKey) => `rk_…${key.hint}` },
    { heading: "STATE", text: (key: GatewayKey) => key.state },
    { heading: "MODELS", text: ({ models }: GatewayKey) => models?.join(", ") ?? "all", mayCut: true },
    {
      heading: "USED",
      text: ({ lastUsedAt }: GatewayKey) => (lastUsedAt === null ? "never" : relativeTime(lastUsedAt)),
    },
    {
      heading: "EXPIRES",
      text: ({ expiresAt }: GatewayKey) => (expiresAt === null ? "never" : relativeTime(expiresAt)),
    },
    { heading: "ID", text: (key: GatewayKey) => key.id },
  ];
  const isNarrowed = agent !== undefined || state !== undefined;
  const whenEmpty = isNarrowed ? "There is no such key." : "There is no key. Create one with `reef keys create`.";
  writePage(context.output, page, columns, whenEmpty);
}

interface UpdateOptions {
  name?: string;
  models?: string[];
  allModels?: boolean;
  requestsPerMinute?: number | "none";
  tokensPerMinute?: number | "none";
  /** A moment, or `never`. */
  expires?: string;
  captureDays?: number | "none";
  cacheSeconds?: number | "none";
  cacheAlike?: number;
}

/** `reef keys update ID`: stdout gets its id. */
export async function updateKey(context: Context, options: UpdateOptions, keyId: GatewayKey["id"]): Promise<void> {
  const { name, models, allModels, requestsPerMinute, tokensPerMinute, expires } = options;
  const { output } = context;
  const change = {
    name,
    models: allModels ? null : models,
    requestsPerMinute: requestsPerMinute === "none" ? null : requestsPerMinute,
    tokensPerMinute: tokensPerMinute === "none" ? null : tokensPerMinute,
    expiresAt: expires === "never" ? null : expires,
    ...keepingOf(options),
  };
  if (Object.values(change).every((value) => value === undefined)) {
    throw new CommandError(
      exitCodes.wrongUse,
      "Say what shall be changed.",
      "Add --name, --models, --requests-per-minute, --tokens-per-minute, --capture-days, --cache-seconds or --expires.",
    );
  }
  const reef = await connect(context);
  const { version } = await reef.gateway.getKey({ keyId });
  const key = await reef.gateway.updateKey({ keyId, ...change }, { ifMatch: version });
  output.result(key, key.id);
  output.talk(`Changed: ${oneLine(key.name)}. It holds everywhere within a second; the secret is the same.`);
}

/** `reef keys revoke ID` */
export async function revokeKey(context: Context, { yes }: { yes?: boolean }, keyId: GatewayKey["id"]): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const key = await reef.gateway.getKey({ keyId });
  const question = `Revoke the key ${oneLine(key.name)}? What calls models with it is refused within a second, for good.`;
  await confirm(question, yes, signal, "Nothing was revoked.");
  await reef.gateway.revokeKey({ keyId });
  output.result({ revoked: keyId }, "");
  output.talk(`Revoked: ${oneLine(key.name)} is refused everywhere within a second.`);
}
