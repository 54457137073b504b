/** What a call takes beside its input. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Repeats with the same key, within 24 hours, get the first answer. Operations that create get one of their own. */
  idempotencyKey?: string | undefined;
  /** The version that a change is based on; when it is not current any more, the call fails with status 412. */
  ifMatch?: number | undefined;
}

/** What a stream takes beside its input. */
export interface StreamOptions {
  /** Ends the stream, with the signal's reason as the error. */
  signal?: AbortSignal | undefined;
  /** Is told each time a connection stands (`open`), and each time one is lost and will be tried again (`waiting`). */
  onConnection?: ((state: "open" | "waiting") => void) | undefined;
}

/** An operation that takes no input. */
export type NoInput = Record<string, never>;

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Null on the last page. */
  nextCursor: string | null;
  /** The count of the whole list. */
  total: number;
}

/** The input of a call: optional where every field of it is. */
type Arguments<Input> =
  Partial<Input> extends Input ? [input?: Input, options?: CallOptions] : [input: Input, options?: CallOptions];

/** A list: one page by a call, all of it by `all`. */
export interface ListMethod<Input, Item, OnePage = Page<Item>> {
  (...args: Arguments<Input>): Promise<OnePage>;
  /** All items, page after page, fetched as they are asked for. */
  all(...args: Arguments<Input>): AsyncIterable<Item>;
}

/** One operation of the REST API, as the client needs to know it. */
export interface Operation {
  method: string;
  path: string;
  query: readonly string[];
  hasBody: boolean;
  /** Whether it takes an idempotency key, under which a second sending gets the first one's answer. */
  isIdempotent: boolean;
  /** Whether it changes nothing, so that sending it twice does no harm. */
  isRead: boolean;
  /** Whether it is sent with a token, if the client has credentials. */
  needsToken: boolean;
  /** The name of its events, if it is a stream. */
  event?: string;
}
