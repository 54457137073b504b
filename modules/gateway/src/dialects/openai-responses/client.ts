import type { ClientDialect } from "../dialect.ts";
import { writeFailure } from "../openai-chat/write-answer.ts";
import { readConversation } from "./read-request.ts";
import { writeAnswer } from "./write-answer.ts";
import { createResponsesWriter } from "./writer.ts";

/** `POST /v1/responses`, for those who call. Its errors are those of OpenAI's other dialect. */
export const openaiResponsesClient: ClientDialect = {
  name: "openai-responses",
  readConversation,
  writeAnswer,
  createWriter: createResponsesWriter,
  writeFailure,
};
