import type pg from "pg";

/** Statements that are kept prepared; the product has fewer, but for lists of values of every length. */
const MOST_STATEMENTS = 500;
/** A longer one is a group of rows, whose next text is another one. */
const LONGEST_TEXT = 8_192;

/**
 * Lets a client keep what it asks as prepared statements, so that each is parsed and planned once and not each time: planning
 * takes longer than running for most questions, above all in WebAssembly. Only questions are kept, since engines send several
 * statements in one text; and only on the embedded database, whose one session nobody else migrates or pools.
 */
export function prepareStatements(client: pg.ClientBase): void {
  const names = new Map<string, string>();
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_STATEMENTS) return known;
    const name = `reef_${names.size}`;
    names.set(text, name);
    return name;
  };
  const ask = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== "string" || !Array.isArray(values) || !isKept(text, values))
      return query(text, values, ...rest);
    const name = nameOf(text);
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
  };
  client.query = ask as typeof client.query;
}

const isKept = (text: string, values: readonly unknown[]): boolean =>
  values.length > 0 && text.length <= LONGEST_TEXT && /^\s*select\b/i.test(text);
