import type { Conversation, Delta } from "../../dialects/conversation.ts";
import { at } from "../openai-compatible.ts";
import { type ProviderConnection, type ProviderKind, type ProviderLibrary, ProviderRefusal } from "../provider.ts";
import { clientFor, loadSdk } from "./client.ts";
import { readAnswer } from "./read-answer.ts";
import { readStream } from "./read-stream.ts";
import { readRefusal } from "./refusal.ts";
import { writeConversation } from "./write-request.ts";

/** Bedrock's Converse, through AWS's own library. */
const bedrockLibrary: ProviderLibrary = {
  async answer(conversation, connection) {
    const request = writeConversation(conversation);
    try {
      const client = await clientFor(connection);
      const { ConverseCommand } = await loadSdk();
      const output = await client.send(new ConverseCommand(request), { abortSignal: connection.signal });
      return readAnswer(output, conversation.model);
    } catch (error) {
      throw refusalOf(error);
    }
  },
  stream: streamed,
};

async function* streamed(conversation: Conversation, connection: ProviderConnection): AsyncGenerator<Delta> {
  const request = writeConversation(conversation);
  let hasBegun = false;
  try {
    const client = await clientFor(connection);
    const { ConverseStreamCommand } = await loadSdk();
    const output = await client.send(new ConverseStreamCommand(request), { abortSignal: connection.signal });
    for await (const delta of readStream(output, conversation.model)) {
      hasBegun = true;
      yield delta;
    }
  } catch (error) {
    const refusal = refusalOf(error);
    // As long as nothing has come, another way may be tried; then the failure is what the stream says last.
    if (!hasBegun || !(refusal instanceof ProviderRefusal)) throw refusal;
    yield { type: "failure", failure: refusal.failure };
  }
}

/** What the provider said as its refusal; all else, such as a connection that failed, as it is. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ProviderRefusal) return error;
  const failure = readRefusal(error);
  return failure === undefined ? error : new ProviderRefusal(failure);
}

/** Amazon Bedrock, with the models of many makers in one dialect. */
export const bedrockKind: ProviderKind = {
  kind: "bedrock",
  title: "Amazon Bedrock",
  // Its library makes the path, which is that of Converse.
  speaks: { bedrock: at("/model") },
  auth: "bearer",
  environmentKey: "AWS_BEARER_TOKEN_BEDROCK",
  options: {
    region: {
      describe: "The region that requests are signed for, such as eu-central-1; the one in the address unless set",
      required: false,
    },
  },
  library: bedrockLibrary,
};
