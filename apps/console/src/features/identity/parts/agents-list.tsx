import type { Agent } from "@reef/sdk";
import { useNavigate } from "@tanstack/react-router";
import { SearchX, Shell } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import type { AgentFilter } from "../agents-address.ts";
import { registerCommand } from "../command-line.ts";
import { publicUrl } from "../public-url.ts";
import { useAgents } from "../queries.ts";
import { AgentState, LastSeen } from "./agent-state.tsx";
import { IssuerName } from "./issuer.tsx";

const columns: readonly Column<Agent>[] = [
  {
    name: "Agent",
    width: "minmax(0, 2fr)",
    cell: ({ name, fingerprint }) => (
      <>
        <Mark fingerprint={fingerprint} />
        <PanelLink as="row" kind="agent" id={fingerprint} className="truncate">
          {name}
        </PanelLink>
        <Fingerprint value={fingerprint} />
      </>
    ),
  },
  { name: "State", width: "6rem", cell: AgentState },
  {
    name: "Let in by",
    width: "minmax(0, 1.4fr)",
    hideBelow: "md",
    cell: ({ issuer }) =>
      issuer === null ? <span className="text-muted">Founder</span> : <IssuerName issuer={issuer} />,
  },
  {
    name: "Last seen",
    width: "7rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ lastSeenAt }) => <LastSeen at={lastSeenAt} />,
  },
  { name: "Joined", width: "7rem", hideBelow: "lg", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
];

/** How long somebody may pause in a word before it is looked for. */
const PAUSE_MS = 200;

/** The agents of the organization, and the fields that narrow them down. */
export function AgentsList({ filter }: { filter: AgentFilter }): ReactNode {
  const navigate = useNavigate();
  const change = (changes: AgentFilter) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  return (
    <div className="flex flex-col gap-4">
      <search className="flex flex-wrap gap-3">
        <SearchField asked={filter.q ?? ""} onAsk={(q) => change({ q: q || undefined })} />
        <Field label="State" isLabelHidden className="w-36">
          <Select
            value={filter.state ?? ""}
            onChange={({ target }) => change({ state: (target.value || undefined) as AgentFilter["state"] })}
          >
            <option value="">All agents</option>
            <option value="active">Active</option>
            <option value="disabled">Disabled</option>
          </Select>
        </Field>
      </search>
      <Rows filter={filter} />
    </div>
  );
}

/** Asks when somebody pauses, not at every letter. */
function SearchField({ asked, onAsk }: { asked: string; onAsk: (text: string) => void }): ReactNode {
  const [text, setText] = useState(asked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked follows the text alone.
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => onAsk(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Field label="Find agents" isLabelHidden className="min-w-48 grow sm:max-w-80">
      <Input
        type="search"
        placeholder="Name or fingerprint begins with"
        maxLength={64}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </Field>
  );
}

const Rows = ({ filter }: { filter: AgentFilter }): ReactNode => (
  <Table
    label="Agents"
    pages={useAgents(filter)}
    keyOf={({ id }) => id}
    columns={columns}
    empty={filter.q || filter.state ? <NoneOfThat /> : <NoneYet />}
  />
);

const NoneOfThat = (): ReactNode => (
  <EmptyState title="No such agent" icon={<SearchX />}>
    Agents are found by the beginning of their name or of their fingerprint.
  </EmptyState>
);

function NoneYet(): ReactNode {
  const mayManage = useMayManage();
  const navigate = useNavigate();
  const issue = () => void navigate({ to: "/agents", search: { tab: "vouchers", issue: true } });
  return (
    <EmptyState
      title="No agents yet"
      icon={<Shell />}
      command={registerCommand({ url: publicUrl() })}
      action={
        mayManage && (
          <Button kind="primary" onClick={issue}>
            Issue a voucher
          </Button>
        )
      }
    >
      {mayManage ? "Issue a voucher, and" : "Ask an admin for a voucher, and"} run this where the agent lives. Its key
      is made there and never leaves it.
    </EmptyState>
  );
}
