import type { BegunCall } from "../call.ts";

/** Keys whose last calls are remembered. */
const MOST_KEYS = 1_000;

/**
 * Spells the lines of calls that begin. What a key's calls have in common is most of such a line, and spelling it costs more than
 * all else that the journal does for a call: it is spelled again only where it differs from the key's last one.
 */
export function createBeginLines(): (begun: BegunCall) => string {
  const lastOf = new Map<string, { begun: BegunCall; text: string }>();
  return (begun) => {
    let last = lastOf.get(begun.keyId);
    if (last === undefined || !isAlike(last.begun, begun)) {
      if (lastOf.size >= MOST_KEYS) lastOf.clear();
      last = { begun, text: commonText(begun) };
      lastOf.set(begun.keyId, last);
    }
    const { id, startedAt, requestId, estimatedInputTokens } = begun;
    const given = JSON.stringify(requestId);
    return `{"b":{"id":"${id}","startedAt":${startedAt},"requestId":${given},"estimatedInputTokens":${estimatedInputTokens},${last.text}}\n`;
  };
}

/** All fields that {@link isAlike} compares, as they go on behind others. */
function commonText({ id, startedAt, requestId, estimatedInputTokens, ...common }: BegunCall): string {
  return JSON.stringify(common).slice(1);
}

/** Prices and charges are the same objects for all calls until they change. */
const isAlike = (one: BegunCall, other: BegunCall): boolean =>
  one.model === other.model &&
  one.requestedModel === other.requestedModel &&
  one.price === other.price &&
  one.dialect === other.dialect &&
  one.streamed === other.streamed &&
  one.providerId === other.providerId &&
  one.organizationId === other.organizationId &&
  one.agentId === other.agentId &&
  one.workspaceId === other.workspaceId &&
  one.charges.length === other.charges.length &&
  one.charges.every((charge, index) => charge === other.charges[index]);
