import type { Agent } from "@reef/sdk";

/** Somebody in the trust graph, with whom they let in. */
export interface TrustNode {
  /** Unique in the graph: a fingerprint, or a person's id. */
  id: string;
  name: string;
  /** Undefined for a person. */
  fingerprint: string | undefined;
  isDisabled: boolean;
  /** Undefined for a person, and for an agent that is known only because it let others in. */
  joinedAt: string | undefined;
  /** Who let it in, by name; undefined for people and founders. */
  letInBy: string | undefined;
  /** Whom it let in, the oldest first, so that whoever joins moves nobody. */
  children: TrustNode[];
  /** How many are below it, however deep. */
  descendants: number;
}

/** The part of an agent that the graph is made from. */
export type TrustedAgent = Pick<Agent, "fingerprint" | "name" | "disabled" | "createdAt" | "issuer">;

/**
 * Who let whom in, as trees: people and founders are the roots. An agent whose issuer is not among the given ones hangs
 * below a node for that issuer all the same.
 */
export function buildForest(agents: readonly TrustedAgent[]): TrustNode[] {
  const nodes = new Map<string, TrustNode>();
  const oldestFirst = agents.toSorted((one, other) => compare(one.createdAt, other.createdAt));
  for (const { fingerprint, name, disabled, createdAt, issuer } of oldestFirst) {
    nodes.set(fingerprint, {
      ...newNode(fingerprint, name, fingerprint),
      isDisabled: disabled,
      joinedAt: createdAt,
      letInBy: issuer?.name,
    });
  }
  const people: TrustNode[] = [];
  const agentRoots: TrustNode[] = [];
  for (const { fingerprint, issuer } of oldestFirst) {
    const node = nodes.get(fingerprint);
    if (node === undefined) continue;
    if (issuer === null) {
      agentRoots.push(node);
      continue;
    }
    const id = "personId" in issuer ? issuer.personId : issuer.fingerprint;
    let parent = nodes.get(id);
    if (parent === undefined) {
      parent = newNode(id, issuer.name, "personId" in issuer ? undefined : issuer.fingerprint);
      nodes.set(id, parent);
      ("personId" in issuer ? people : agentRoots).push(parent);
    }
    parent.children.push(node);
  }
  const roots = [...people, ...agentRoots];
  countDescendants(roots);
  return roots;
}

/** Every node of the trees in the order in which they are read, with how deep it stands. */
export function listNodes(roots: readonly TrustNode[]): { node: TrustNode; depth: number }[] {
  const listed: { node: TrustNode; depth: number }[] = [];
  // A chain of thousands would be too deep for calls within calls.
  const left = roots.toReversed().map((node) => ({ node, depth: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    listed.push(next);
    for (const child of next.node.children.toReversed()) left.push({ node: child, depth: next.depth + 1 });
  }
  return listed;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const newNode = (id: string, name: string, fingerprint: string | undefined): TrustNode => ({
  id,
  name,
  fingerprint,
  isDisabled: false,
  joinedAt: undefined,
  letInBy: undefined,
  children: [],
  descendants: 0,
});

function countDescendants(roots: readonly TrustNode[]): void {
  // Read backwards, every node comes after all that is below it.
  for (const { node } of listNodes(roots).toReversed()) {
    node.descendants = node.children.reduce((sum, child) => sum + 1 + child.descendants, 0);
  }
}
