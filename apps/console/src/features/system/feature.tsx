import type { Account } from "@reef/sdk";
import { Building2, HeartPulse, Inbox, TriangleAlert } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";

const isFor = ({ isOperator }: Account): boolean => isOperator;

/** The reef itself, for its operators. */
export const system: Feature = {
  commands: [
    {
      id: "system.organizations",
      title: "Go to the organizations of this reef",
      keywords: "suspend resume tenants",
      icon: <Building2 aria-hidden />,
      to: "/operations",
      isFor,
    },
    {
      id: "system.loops",
      title: "See whether everything runs",
      keywords: "liveness health loops",
      icon: <HeartPulse aria-hidden />,
      to: "/operations?tab=loops",
      isFor,
    },
    {
      id: "system.failed",
      title: "Go to work that failed",
      keywords: "dead letters jobs retry discard",
      icon: <TriangleAlert aria-hidden />,
      to: "/operations?tab=failed",
      isFor,
    },
    {
      id: "system.mailbox",
      title: "Open the mailbox",
      keywords: "mail e-mail development",
      icon: <Inbox aria-hidden />,
      to: "/operations?tab=mailbox",
      isFor,
    },
  ],
  panels: {
    mail: lazy(() => import("./panels/mail-panel.tsx").then(({ MailPanel }) => ({ default: MailPanel }))),
  },
};
