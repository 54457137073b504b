import { textSetting } from "@reef/config";
import { z } from "zod";

/** The module's settings. */
export const memoryConfig = {
  REEF_ENCODER: z
    .enum(["builtin", "e5", "folder", "openai", "none"])
    .default("builtin")
    .describe(
      "What turns text into vectors: the built-in model, e5-small-v2 or an ONNX folder (both need the package @huggingface/transformers), an OpenAI-compatible API, or nothing",
    ),
  REEF_ENCODER_FOLDER: textSetting()
    .optional()
    .describe("For `folder`: the path of a model in ONNX form, as transformers.js lays it out"),
  REEF_ENCODER_URL: z.url().optional().describe("For `openai`: the base address, such as https://api.openai.com/v1"),
  REEF_ENCODER_MODEL: textSetting().optional().describe("For `openai`: the model's name"),
  REEF_ENCODER_API_KEY: textSetting().optional().describe("For `openai`: the secret key, if the API wants one"),
};
