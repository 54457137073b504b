import { useNavigate, useSearch } from "@tanstack/react-router";
import { Ticket } from "lucide-react";
import type { ReactNode } from "react";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import type { AgentsAddress, AgentsTab } from "../agents-address.ts";
import { AgentsList } from "../parts/agents-list.tsx";
import { IssueVoucherDialog } from "../parts/issue-voucher-dialog.tsx";
import { Trust } from "../parts/trust.tsx";
import { Vouchers } from "../parts/vouchers.tsx";

/** The agents of the organization, how they join, and who let whom in. */
export function AgentsPage(): ReactNode {
  const { tab = "agents", issue, view, q, state } = useSearch({ from: "/signed-in/organization/agents" });
  const navigate = useNavigate();
  const mayManage = useMayManage();
  const change = (changes: { [Name in keyof AgentsAddress]?: AgentsAddress[Name] | undefined }) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }) });
  useShortcuts(
    mayManage ? [{ keys: "n", label: "Issue a voucher", group: "This page", run: () => change({ issue: true }) }] : [],
  );
  return (
    <Page
      title="Agents"
      description="Every agent has a key of its own, and is known by the shell that is drawn from it."
      actions={
        mayManage && (
          <Button kind="primary" onClick={() => change({ issue: true })}>
            <Ticket aria-hidden />
            Issue a voucher
          </Button>
        )
      }
    >
      <Tabs<AgentsTab>
        label="Agents"
        value={tab}
        onChange={(chosen) => change({ tab: chosen === "agents" ? undefined : chosen })}
        tabs={[
          { value: "agents", label: "Agents", content: <AgentsList filter={{ q, state }} /> },
          { value: "vouchers", label: "Vouchers", content: <Vouchers /> },
          { value: "trust", label: "Trust graph", content: <Trust isTable={view === "table"} /> },
        ]}
      />
      {mayManage && (
        <IssueVoucherDialog isOpen={issue === true} onOpenChange={(isOpen) => change({ issue: isOpen || undefined })} />
      )}
    </Page>
  );
}
