import type { Account } from "@reef/sdk";
import { ChartArea, EyeOff, KeyRound, PiggyBank, Server, Signpost } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";

const mayManage = ({ organization }: Account): boolean => organization !== null && organization.role !== "member";

/** Models, and what they cost. */
export const gateway: Feature = {
  commands: [
    {
      id: "gateway.create-key",
      title: "Create a key for models",
      keywords: "gateway openai api key llm call",
      icon: <KeyRound aria-hidden />,
      to: "/models?add=true",
      isFor: mayManage,
    },
    {
      id: "gateway.keys",
      title: "See the keys for models",
      keywords: "gateway openai revoke limits",
      icon: <KeyRound aria-hidden />,
      to: "/models",
    },
    {
      id: "gateway.add-provider",
      title: "Add a provider of models",
      keywords: "gateway openai anthropic gemini bedrock ollama",
      icon: <Server aria-hidden />,
      to: "/models?tab=providers&add=true",
      isFor: mayManage,
    },
    {
      id: "gateway.providers",
      title: "See the providers of models",
      keywords: "gateway prices test",
      icon: <Server aria-hidden />,
      to: "/models?tab=providers",
    },
    {
      id: "gateway.create-alias",
      title: "Create an alias for models",
      keywords: "gateway fast smart fallback route weight",
      icon: <Signpost aria-hidden />,
      to: "/models?tab=aliases&add=true",
      isFor: mayManage,
    },
    {
      id: "gateway.aliases",
      title: "See the aliases of models",
      keywords: "gateway fast smart fallback route weight",
      icon: <Signpost aria-hidden />,
      to: "/models?tab=aliases",
    },
    {
      id: "gateway.usage",
      title: "See what models were used and what they cost",
      keywords: "usage spend tokens money calls export csv",
      icon: <ChartArea aria-hidden />,
      to: "/models?tab=usage",
    },
    {
      id: "gateway.privacy",
      title: "Say whether prompts and answers are kept",
      keywords: "gateway privacy capture redaction retention cache",
      icon: <EyeOff aria-hidden />,
      to: "/models?tab=privacy",
      isFor: mayManage,
    },
    {
      id: "gateway.create-budget",
      title: "Create a budget",
      keywords: "limit spend money tokens",
      icon: <PiggyBank aria-hidden />,
      to: "/models?tab=budgets&add=true",
      isFor: mayManage,
    },
    {
      id: "gateway.budgets",
      title: "See the budgets",
      keywords: "limit spend money tokens",
      icon: <PiggyBank aria-hidden />,
      to: "/models?tab=budgets",
    },
  ],
  panels: {
    "model-key": lazy(() => import("./panels/key-panel.tsx").then(({ KeyPanel }) => ({ default: KeyPanel }))),
    provider: lazy(() =>
      import("./panels/provider-panel.tsx").then(({ ProviderPanel }) => ({ default: ProviderPanel })),
    ),
    alias: lazy(() => import("./panels/alias-panel.tsx").then(({ AliasPanel }) => ({ default: AliasPanel }))),
    call: lazy(() => import("./panels/call-panel.tsx").then(({ CallPanel }) => ({ default: CallPanel }))),
    budget: lazy(() => import("./panels/budget-panel.tsx").then(({ BudgetPanel }) => ({ default: BudgetPanel }))),
  },
};
