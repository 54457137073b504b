import type { IncomingMessage, ServerResponse } from "node:http";
import type { PlaneKey } from "./call.ts";
import type { ListedModel, Router } from "./parts.ts";
import { refuse } from "./refusal.ts";

const PATH = "/v1/models";

/**
 * Answers `GET /v1/models` and `GET /v1/models/{model}` as OpenAI does, or as Anthropic does where the client sends that
 * API's version. Returns false for any other path. @throws Refusal for a model that the key may not call.
 */
export async function answerModels(
  path: string,
  { headers }: IncomingMessage,
  response: ServerResponse,
  key: PlaneKey,
  router: Router,
): Promise<boolean> {
  if (path !== PATH && !path.startsWith(`${PATH}/`)) return false;
  const spell = headers["anthropic-version"] === undefined ? openAi : anthropic;
  const models = await router.listModels(key);
  let answer: unknown;
  if (path === PATH) answer = spell.list(models);
  else {
    const id = decoded(path.slice(PATH.length + 1));
    const model = models.find((listed) => listed.id === id);
    if (model === undefined) throw refuse.unknownModel(id);
    answer = spell.one(model);
  }
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
  return true;
}

/** A name out of a path; as it stands there where its escapes are none. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const openAiModel = ({ id, ownedBy, createdSeconds }: ListedModel) => ({
  id,
  object: "model",
  created: createdSeconds,
  owned_by: ownedBy,
});

const openAi = {
  one: openAiModel,
  list: (models: readonly ListedModel[]) => ({ object: "list", data: models.map(openAiModel) }),
};

const anthropicModel = ({ id, createdSeconds }: ListedModel) => ({
  id,
  type: "model",
  display_name: id,
  created_at: new Date(createdSeconds * 1_000).toISOString(),
});

const anthropic = {
  one: anthropicModel,
  list: (models: readonly ListedModel[]) => ({
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
};
