/** Which engine a worker thread loads. */
export type EngineOptions =
  | { engine: "builtin" }
  | { engine: "transformers"; model: string; folder: string | undefined };

export interface EncodeRequest {
  id: number;
  text: string;
}

export type EncodeReply = { id: number; vector: Float32Array<ArrayBuffer> } | { id: number; error: string };
