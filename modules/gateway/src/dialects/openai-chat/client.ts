import type { ClientDialect } from "../dialect.ts";
import { readRequest } from "./read-request.ts";
import { createWriter, writeAnswer, writeFailure } from "./write-answer.ts";

/** `POST /v1/chat/completions`, for those who call. */
export const openaiChatClient: ClientDialect = {
  name: "openai-chat",
  readConversation: readRequest,
  writeAnswer,
  createWriter,
  writeFailure,
};
