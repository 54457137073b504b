import { answerOfSteps, stepsOf } from "../../dialects/answer-steps.ts";
import type { Answer, Usage } from "../../dialects/conversation.ts";
import type { DialectName } from "../../dialects/dialect.ts";
import { providerDialects } from "../../dialects/index.ts";
import { createSseParser } from "../../dialects/sse.ts";
import type { Asked } from "../asked.ts";
import type { PlaneEndpoint } from "../endpoints.ts";
import { mustAskForUsage } from "../ways.ts";
import type { AnswerForm, CachedAnswer } from "./cached-answer.ts";

/** The form in which a client wants its answer. */
export function formOf(endpoint: PlaneEndpoint, asked: Asked): AnswerForm {
  if (!asked.streamed) return "json";
  return endpoint.operation !== "openai-chat" || mustAskForUsage(endpoint, asked) ? "stream" : "stream+usage";
}

/**
 * An answer in the form that a client wants: byte by byte as it was delivered where that was the same form, else spelled anew.
 * Undefined where it cannot be.
 */
export function respell(
  { form, bytes, source }: Pick<CachedAnswer, "form" | "bytes" | "source">,
  endpoint: PlaneEndpoint,
  asked: Asked,
): Buffer | undefined {
  const wanted = formOf(endpoint, asked);
  if (form === wanted) return bytes;
  try {
    const answer = readAnswer(form, bytes, endpoint, source.usage);
    if (answer === undefined) return undefined;
    const { client } = endpoint;
    const request = asked.request();
    if (wanted === "json") return Buffer.from(JSON.stringify(client.writeAnswer(answer, asked.model, request)));
    const writer = client.createWriter({ model: asked.model, request, createdSeconds: Math.floor(Date.now() / 1_000) });
    return Buffer.from(
      stepsOf(answer)
        .map((step) => writer.write(step))
        .join(""),
    );
  } catch {
    return undefined;
  }
}

function readAnswer(form: AnswerForm, bytes: Buffer, { operation }: PlaneEndpoint, usage: Usage): Answer | undefined {
  const dialect = providerDialects[operation as DialectName];
  if (dialect === undefined) return undefined;
  if (form === "json") return { ...dialect.readAnswer(JSON.parse(bytes.toString("utf8"))), usage };
  const parser = createSseParser();
  const reader = dialect.createReader();
  const events = [...parser.push(bytes), ...parser.close()];
  const answer = answerOfSteps([...events.flatMap((event) => reader.read(event)), ...reader.close()]);
  return answer && { ...answer, usage };
}
