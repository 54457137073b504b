/** What the page of agents shows. */
export type AgentsTab = "agents" | "vouchers" | "trust";

/** Which agents a list has. */
export interface AgentFilter {
  /** What the name or the fingerprint begins with. */
  q?: string | undefined;
  state?: "active" | "disabled" | undefined;
}

/** The whole of the page's address. */
export interface AgentsAddress extends AgentFilter {
  /** The first one unless told. */
  tab?: Exclude<AgentsTab, "agents">;
  /** The dialog that issues a voucher is open. */
  issue?: true;
  /** The trust graph stands as a table. */
  view?: "table";
}

/** Reads the address; what it cannot mean is left out. */
export const readAgentsAddress = ({ tab, q, state, issue, view }: Record<string, unknown>): AgentsAddress => ({
  ...((tab === "vouchers" || tab === "trust") && { tab }),
  // A search for `1234` comes as a number.
  ...((typeof q === "string" || typeof q === "number") && q !== "" && { q: String(q).slice(0, 64) }),
  ...((state === "active" || state === "disabled") && { state }),
  ...(issue === true && { issue }),
  ...(view === "table" && { view }),
});
