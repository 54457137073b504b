import { Ticket } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";
import { reef } from "../../session/reef.ts";
import { Mark } from "../../ui/mark.tsx";

/** Agents and how they join. */
export const identity: Feature = {
  commands: [
    {
      id: "identity.agents",
      title: "Let an agent join",
      keywords: "voucher register invite",
      icon: <Ticket aria-hidden />,
      to: "/agents",
    },
  ],
  searches: [
    {
      title: "Agents",
      async find(text, options) {
        const { items } = await reef.identity.listAgents({ limit: 100 }, options);
        const wanted = text.toLowerCase();
        return items
          .filter(({ name, fingerprint }) => `${name} ${fingerprint}`.toLowerCase().includes(wanted))
          .map(({ name, fingerprint }) => ({
            id: fingerprint,
            title: name,
            hint: fingerprint.slice(0, 4),
            icon: <Mark fingerprint={fingerprint} />,
            to: `/agents?panel=agent.${fingerprint}`,
          }));
      },
    },
  ],
  panels: {
    agent: lazy(() => import("./panels/agent-panel.tsx").then(({ AgentPanel }) => ({ default: AgentPanel }))),
  },
};
