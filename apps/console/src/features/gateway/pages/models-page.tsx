import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { useAccount, useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { ModelsBanner } from "../../billing/parts/models-banner.tsx";
import type { ModelsAddress, ModelsTab } from "../models-address.ts";
import { AddProviderDialog } from "../parts/add-provider-dialog.tsx";
import { AliasesList } from "../parts/aliases-list.tsx";
import { CreateBudgetDialog } from "../parts/budget-form.tsx";
import { BudgetsList } from "../parts/budgets-list.tsx";
import { CreateAliasDialog } from "../parts/create-alias-dialog.tsx";
import { CreateKeyDialog } from "../parts/create-key-dialog.tsx";
import { KeysList } from "../parts/keys-list.tsx";
import { PrivacyView } from "../parts/privacy-view.tsx";
import { ProvidersList } from "../parts/providers-list.tsx";
import { UsageView } from "../parts/usage-view.tsx";

/** What each tab lets one add; usage adds nothing. */
const additions: Partial<Record<ModelsTab, string>> = {
  keys: "Create a key",
  providers: "Add a provider",
  aliases: "Create an alias",
  budgets: "Create a budget",
};

/** Models: the keys that call them, the providers that serve them, the names for them, what was used, and what may be. */
export function ModelsPage(): ReactNode {
  const address = useSearch({ from: "/signed-in/organization/models" });
  const { tab = "keys", state, add } = address;
  const navigate = useNavigate();
  const mayManage = useMayManage();
  const { isOperator } = useAccount();
  const change = (changes: { [Name in keyof ModelsAddress]?: ModelsAddress[Name] | undefined }) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }) });
  const mayAdd = mayManage || (tab === "providers" && isOperator);
  const addition = mayAdd ? additions[tab] : undefined;
  const openAddition = () => change({ add: true });
  const dialog = { isOpen: add === true, onOpenChange: (isOpen: boolean) => change({ add: isOpen || undefined }) };
  useShortcuts(
    addition === undefined ? [] : [{ keys: "n", label: addition, group: "This page", run: openAddition }],
    addition !== undefined,
  );
  return (
    <Page
      title="Models"
      description="One address and one kind of key for the models of all providers."
      actions={
        addition === undefined ? undefined : (
          <Button kind="primary" onClick={openAddition}>
            {tab === "keys" ? <KeyRound aria-hidden /> : <Plus aria-hidden />}
            {addition}
          </Button>
        )
      }
    >
      <ModelsBanner />
      <Tabs<ModelsTab>
        label="Models"
        value={tab}
        onChange={(chosen) => change({ tab: chosen === "keys" ? undefined : chosen, add: undefined })}
        tabs={[
          { value: "keys", label: "Keys", content: <KeysList state={state} onCreate={openAddition} /> },
          { value: "providers", label: "Providers", content: <ProvidersList onAdd={openAddition} /> },
          { value: "aliases", label: "Aliases", content: <AliasesList onCreate={openAddition} /> },
          { value: "usage", label: "Usage", content: <UsageView address={address} /> },
          { value: "budgets", label: "Budgets", content: <BudgetsList onCreate={openAddition} /> },
          ...(mayManage ? [{ value: "privacy" as const, label: "Privacy", content: <PrivacyView /> }] : []),
        ]}
      />
      {mayAdd && tab === "keys" && <CreateKeyDialog {...dialog} />}
      {mayAdd && tab === "aliases" && <CreateAliasDialog {...dialog} />}
      {mayAdd && tab === "budgets" && <CreateBudgetDialog {...dialog} />}
      {mayAdd && tab === "providers" && <AddProviderDialog {...dialog} />}
    </Page>
  );
}
