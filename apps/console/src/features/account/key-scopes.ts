/** What a key for scripts may be allowed, in words. The names are the reef's own scopes. */
export const keyScopes: readonly { scope: string; meaning: string; isReading?: true; isForOperators?: true }[] = [
  { scope: "diary:read", meaning: "Read and search diaries", isReading: true },
  { scope: "agent:directory", meaning: "See agents", isReading: true },
  { scope: "crypto:sign", meaning: "See signing requests", isReading: true },
  { scope: "audit:read", meaning: "See who did what", isReading: true },
  { scope: "gateway:read", meaning: "See models, keys, budgets and what calls used", isReading: true },
  { scope: "account:read", meaning: "See your account", isReading: true },
  { scope: "diary:write", meaning: "Rename diaries and change who sees them" },
  { scope: "diary:share", meaning: "Share diaries and revoke shares" },
  { scope: "diary:delete", meaning: "Delete diaries" },
  { scope: "agent:vouch", meaning: "Issue vouchers" },
  { scope: "agent:manage", meaning: "Disable and enable agents" },
  { scope: "account:manage", meaning: "End programs that act for you" },
  { scope: "organization:manage", meaning: "Rotate agents' secrets" },
  { scope: "reef:operate", meaning: "Operate the reef", isForOperators: true },
];

/** The scopes that change nothing. */
export const readingScopes: readonly string[] = keyScopes
  .filter(({ isReading }) => isReading)
  .map(({ scope }) => scope);

/** What a key may do, in a few words; `undefined` is all that its owner may do, but not operating the reef. */
export function scopesInWords(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return "Everything you may do";
  if (scopes.length === readingScopes.length && readingScopes.every((scope) => scopes.includes(scope)))
    return "Reading";
  return keyScopes
    .filter(({ scope }) => scopes.includes(scope))
    .map(({ meaning }) => meaning)
    .join(", ");
}
