import { basename, dirname } from "node:path";
import { ConfigError } from "@reef/config";
import type { Encoder, EncoderTrust } from "./encoder.ts";
import { createOpenAiEncoder } from "./openai-encoder.ts";
import { createThreadedEncoder } from "./threaded-encoder.ts";

export interface EncoderSettings {
  REEF_ENCODER: "builtin" | "e5" | "folder" | "openai" | "none";
  REEF_ENCODER_FOLDER?: string | undefined;
  REEF_ENCODER_URL?: string | undefined;
  REEF_ENCODER_MODEL?: string | undefined;
  REEF_ENCODER_API_KEY?: string | undefined;
}

/** The built-in model is weak: unrelated texts reach a cosine of 0.5, so it only adds to what the words say. */
const WEAK: EncoderTrust = { floor: 0.2, gate: 0.6, weight: 1, leads: false };
/** e5 crowds all cosines between 0.7 and 1 (Wang et al., 2022, section 4.3). */
const E5: EncoderTrust = { floor: 0.7, gate: 0.86, weight: 1.5, leads: true };
/** A current general model, of which nothing more is known. */
const GENERAL: EncoderTrust = { floor: 0.2, gate: 0.5, weight: 1.5, leads: true };

const E5_PREFIX = { passage: "passage: ", query: "query: " };

/** The encoder that the settings name; undefined for `none`. @throws ConfigError that names each missing setting. */
export function createEncoder(settings: EncoderSettings): Encoder | undefined {
  switch (settings.REEF_ENCODER) {
    case "none":
      return undefined;
    case "builtin":
      return createThreadedEncoder({ engine: { engine: "builtin" }, model: "use-lite-en-1", trust: WEAK });
    case "e5":
      requireTransformers(settings);
      return createThreadedEncoder({
        engine: { engine: "transformers", model: "intfloat/e5-small-v2", folder: undefined },
        model: "e5-small-v2",
        trust: E5,
        prefix: E5_PREFIX,
      });
    case "folder": {
      requireTransformers(settings);
      const { REEF_ENCODER_FOLDER: folder } = required(settings, "REEF_ENCODER_FOLDER");
      const model = basename(folder);
      const isE5 = model.includes("e5");
      return createThreadedEncoder({
        engine: { engine: "transformers", model, folder: dirname(folder) },
        model: `folder:${model}`,
        trust: isE5 ? E5 : GENERAL,
        ...(isE5 && { prefix: E5_PREFIX }),
      });
    }
    case "openai": {
      const { REEF_ENCODER_URL, REEF_ENCODER_MODEL } = required(settings, "REEF_ENCODER_URL", "REEF_ENCODER_MODEL");
      return createOpenAiEncoder({
        url: REEF_ENCODER_URL,
        model: REEF_ENCODER_MODEL,
        apiKey: settings.REEF_ENCODER_API_KEY,
        trust: GENERAL,
      });
    }
  }
}

/** It is too large (474 MB) to be installed for everybody. */
const TRANSFORMERS = "@huggingface/transformers";

function requireTransformers({ REEF_ENCODER }: EncoderSettings): void {
  try {
    import.meta.resolve(TRANSFORMERS);
  } catch {
    throw new ConfigError([
      `REEF_ENCODER: ${REEF_ENCODER} needs the package ${TRANSFORMERS}; install it with: npm install --no-save ${TRANSFORMERS}@4.3.1`,
    ]);
  }
}

function required<Name extends keyof EncoderSettings>(settings: EncoderSettings, ...names: Name[]) {
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    throw new ConfigError(missing.map((name) => `${name}: is needed for REEF_ENCODER=${settings.REEF_ENCODER}`));
  }
  return settings as { [Key in Name]: string };
}
