import type { ProviderKind } from "./provider.ts";

/** Header fields by which a provider of this kind knows who asks; none where there is no secret. */
export function keyHeaders({ auth }: Pick<ProviderKind, "auth">, secret: string): Record<string, string> {
  if (secret === "" || auth === "none") return {};
  return auth === "bearer" ? { authorization: `Bearer ${secret}` } : { [auth]: secret };
}

/** Whether a provider of this kind may be called without a key: many that one runs oneself, which nobody sells keys for. */
export const mayLackKey = ({ auth, environmentKey }: ProviderKind): boolean =>
  auth === "none" || environmentKey === undefined;
