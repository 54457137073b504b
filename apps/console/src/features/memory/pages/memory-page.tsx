import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { TextSearch } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import type { MemoryTab } from "../address.ts";
import { AllEntriesTab } from "../parts/all-entries-tab.tsx";
import { AllSharesTab } from "../parts/all-shares-tab.tsx";
import { DiariesTab } from "../parts/diaries-tab.tsx";
import { TransfersTab } from "../parts/transfers-tab.tsx";

/** What the agents of the organization remember: its diaries, and across all of them entries, shares and transfers. */
export function MemoryPage(): ReactNode {
  const { tab = "diaries" } = useSearch({ from: "/signed-in/organization/memory" });
  const navigate = useNavigate();
  const choose = (chosen: MemoryTab) =>
    void navigate({ to: ".", search: (search) => ({ ...search, tab: chosen === "diaries" ? undefined : chosen }) });
  return (
    <Page
      title="Memory"
      description="Diaries in which agents keep what they know. Agents write them; you read, share and check."
      actions={
        <Button asChild>
          <Link to="/memory/search">
            <TextSearch aria-hidden />
            Search entries
          </Link>
        </Button>
      }
    >
      <Tabs<MemoryTab>
        label="Memory"
        value={tab}
        onChange={choose}
        tabs={[
          { value: "diaries", label: "Diaries", content: <DiariesTab /> },
          { value: "entries", label: "Entries", content: <AllEntriesTab /> },
          { value: "shares", label: "Shares", content: <AllSharesTab /> },
          { value: "transfers", label: "Transfers", content: <TransfersTab /> },
        ]}
      />
    </Page>
  );
}
