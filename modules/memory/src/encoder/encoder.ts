/** What a text is encoded for. Some models want the two marked differently. */
export type Purpose = "passage" | "query";

/** A sentence encoder: texts in, unit vectors out, so that likeness of meaning is an inner product. */
export interface Encoder {
  /** Names the vectors: those of two models are never compared, and a changed name has all entries encoded again. */
  readonly model: string;
  /** How far its vectors can be trusted; see docs/adr/0006-search.md for how the built-in one's were found. */
  readonly trust: EncoderTrust;
  /**
   * One vector for each text, in order.
   *
   * @throws when the encoder is out of reach; writes go on without vectors and search goes on with words alone.
   */
  embed(texts: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export interface EncoderTrust {
  /** Cosines up to this one are chance. */
  floor: number;
  /** From this cosine on, an entry is a hit even where it shares no word with the query. */
  gate: number;
  /** The weight of likeness beside the words' score; small for a weak encoder. */
  weight: number;
  /** Whether its nearest entries are always worth a look, or only where the words found little. */
  leads: boolean;
}

/** Scales to unit length, so that every encoder's vectors compare by inner product. */
export function toUnitVector(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values);
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  return length === 0 ? vector : vector.map((value) => value / length);
}
