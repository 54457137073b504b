import type { ProviderDialect } from "../dialect.ts";
import { readUpstreamFailure } from "../upstream-failure.ts";
import { responsesGauge } from "./gauge.ts";
import { readAnswer } from "./read-answer.ts";
import { createResponsesReader } from "./reader.ts";
import { writeConversation } from "./write-request.ts";

/** `POST /v1/responses`, of those who are called. */
export const openaiResponsesProvider: ProviderDialect = {
  name: "openai-responses",
  writeConversation,
  readAnswer,
  createReader: createResponsesReader,
  readFailure: readUpstreamFailure,
  createGauge: () => responsesGauge,
};
