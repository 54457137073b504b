import { useNavigate, useSearch } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount } from "../../../session/account.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { DeadLetters } from "../parts/dead-letters.tsx";
import { Loops } from "../parts/loops.tsx";
import { Mailbox } from "../parts/mailbox.tsx";
import { Organizations } from "../parts/organizations.tsx";

/** The reef itself: its organizations, whether it runs, what failed, and the mail that stayed here. */
export function OperationsPage(): ReactNode {
  const { tab = "organizations" } = useSearch({ from: "/signed-in/operations" });
  const navigate = useNavigate();
  const { isOperator } = useAccount();
  if (!isOperator) {
    return (
      <Page title="Operations">
        <EmptyState title="Only for operators" icon={<Lock />}>
          Who runs this reef sees its organizations and its background work here.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Operations" description="The reef itself, beyond any one organization.">
      <Tabs
        label="Operations"
        value={tab}
        onChange={(chosen) => void navigate({ to: ".", search: (search) => ({ ...search, tab: chosen }) })}
        tabs={[
          { value: "organizations", label: "Organizations", content: <Organizations /> },
          { value: "loops", label: "Background work", content: <Loops /> },
          { value: "failed", label: "Failed work", content: <DeadLetters /> },
          { value: "mailbox", label: "Mailbox", content: <Mailbox /> },
        ]}
      />
    </Page>
  );
}
