/**
 * A text out of the page's address. The router reads `1234` and `12E34` as numbers, so for what came as anything but a text
 * the address itself is asked.
 */
function textParam(search: Record<string, unknown>, name: string): string | undefined {
  const value = search[name];
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  return new URLSearchParams(location.search).get(name) ?? undefined;
}

/** Those of `names` that the address has. */
export function textParams<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { [Each in Name]?: string } {
  const found: { [Each in Name]?: string } = {};
  for (const name of names) {
    const value = textParam(search, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
