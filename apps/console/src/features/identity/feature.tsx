import type { Account } from "@reef/sdk";
import { CirclePause, Network, Ticket, Tickets } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";
import { reef } from "../../session/reef.ts";
import { Mark } from "../../ui/mark.tsx";

const mayManage = ({ organization }: Account): boolean => organization !== null && organization.role !== "member";

/** Agents and how they join. */
export const identity: Feature = {
  commands: [
    {
      id: "identity.issue",
      title: "Issue a voucher",
      keywords: "let an agent join register invite new",
      icon: <Ticket aria-hidden />,
      to: "/agents?tab=vouchers&issue=true",
      isFor: mayManage,
    },
    {
      id: "identity.vouchers",
      title: "See active vouchers",
      keywords: "revoke expire",
      icon: <Tickets aria-hidden />,
      to: "/agents?tab=vouchers",
    },
    {
      id: "identity.trust",
      title: "See who let whom in",
      keywords: "trust graph tree",
      icon: <Network aria-hidden />,
      to: "/agents?tab=trust",
    },
    {
      id: "identity.disabled",
      title: "See disabled agents",
      keywords: "enable",
      icon: <CirclePause aria-hidden />,
      to: "/agents?state=disabled",
    },
  ],
  searches: [
    {
      title: "Agents",
      async find(text, options) {
        const { items } = await reef.identity.listAgents({ q: text.slice(0, 64), limit: 5 }, options);
        return items.map(({ name, fingerprint }) => ({
          id: fingerprint,
          title: name,
          hint: fingerprint.slice(0, 4),
          icon: <Mark fingerprint={fingerprint} />,
          to: `/agents/${fingerprint}`,
        }));
      },
    },
  ],
  panels: {
    agent: lazy(() => import("./panels/agent-panel.tsx").then(({ AgentPanel }) => ({ default: AgentPanel }))),
  },
};
