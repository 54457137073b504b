import type { ProviderSummary } from "@reef/sdk";
import { Server } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useAccount, useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Badge } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useProviders } from "../queries.ts";
import { Offers } from "./offers.tsx";
import { KindName, ProviderState } from "./provider-state.tsx";

const columns: readonly Column<ProviderSummary>[] = [
  {
    name: "Provider",
    width: "minmax(0, 2fr)",
    cell: ({ id, name, scope }) => (
      <>
        <PanelLink as="row" kind="provider" id={id} className="truncate">
          {name}
        </PanelLink>
        {scope === "reef" && (
          <span className="max-sm:hidden">
            <Badge>whole reef</Badge>
          </span>
        )}
      </>
    ),
  },
  { name: "State", width: "6.5rem", cell: (provider) => <ProviderState provider={provider} /> },
  { name: "Kind", width: "minmax(0, 1fr)", hideBelow: "md", cell: ({ kind }) => <KindName kind={kind} /> },
  {
    name: "Named as",
    width: "minmax(0, 1fr)",
    hideBelow: "lg",
    cell: ({ slug }) => <code className="truncate font-mono text-12 text-muted">{slug}/…</code>,
  },
  { name: "Models", width: "4.5rem", align: "end", cell: ({ modelCount }) => modelCount },
  { name: "Keys", width: "4rem", hideBelow: "sm", align: "end", cell: ({ keyCount }) => keyCount },
];

/** The providers that serve models to the organization, and what was found around the reef. */
export function ProvidersList({ onAdd }: { onAdd: () => void }): ReactNode {
  const { isOperator } = useAccount();
  return (
    <div className="flex flex-col gap-4">
      {isOperator && <Offers />}
      <Table
        label="Providers"
        pages={useProviders()}
        keyOf={({ id }) => id}
        columns={columns}
        empty={<NoneYet onAdd={onAdd} />}
      />
    </div>
  );
}

function NoneYet({ onAdd }: { onAdd: () => void }): ReactNode {
  const mayManage = useMayManage();
  return (
    <EmptyState
      title="No providers yet"
      icon={<Server />}
      action={
        mayManage && (
          <Button kind="primary" onClick={onAdd}>
            Add a provider
          </Button>
        )
      }
    >
      A provider serves models: OpenAI, Anthropic, Gemini, Bedrock, an Ollama of your own, and others.{" "}
      {mayManage
        ? "Add one with the key that it gave you; the key is sealed, and programs call with keys of the reef instead."
        : "Admins of the organization add them."}
    </EmptyState>
  );
}
