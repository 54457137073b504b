import type { ClientDialect } from "../dialect.ts";
import { readRequest } from "./read-request.ts";
import { createWriter, writeAnswer, writeFailure } from "./write-answer.ts";

/** `POST /v1/messages`, for those who call. */
export const anthropicClient: ClientDialect = {
  name: "anthropic",
  readConversation: readRequest,
  writeAnswer,
  createWriter,
  writeFailure,
};
