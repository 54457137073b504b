const TIMEOUT_MS = 10_000;
const MOST_BYTES = 262_144;

/**
 * What another service answers, as a JSON object. Redirects are refused: they could lead a secret elsewhere.
 *
 * @throws Error when it does not answer in time, or with anything else.
 */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const value = await fetchAnyJson(url, init);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${hostOf(url)} sent no object.`);
  return value as Record<string, unknown>;
}

/** As {@link fetchJson}, of whatever JSON it is. */
export async function fetchAnyJson(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, {
    ...init,
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { Accept: "application/json", "User-Agent": "reef", ...(init.headers as Record<string, string>) },
  });
  const text = await readBounded(response);
  // What it says may hold a code or a token, so the log learns the status alone.
  if (!response.ok) throw new Error(`${hostOf(url)} answered ${response.status}.`);
  return JSON.parse(text);
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error("The answer is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const hostOf = (url: string): string => new URL(url).host;
