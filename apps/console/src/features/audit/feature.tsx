import { ScrollText, ShieldCheck } from "lucide-react";
import type { Feature } from "../../app/feature.ts";

/** Who did what, and the proof that nothing of it was changed. */
export const audit: Feature = {
  commands: [
    {
      id: "audit.open",
      title: "Go to the audit ledger",
      keywords: "who did what history log",
      icon: <ScrollText aria-hidden />,
      to: "/audit",
    },
    {
      id: "audit.verify",
      title: "Verify the audit ledger",
      keywords: "check tamper proof hash chain",
      icon: <ShieldCheck aria-hidden />,
      to: "/audit",
      isFor: ({ organization }) => organization !== null && organization.role !== "member",
    },
  ],
};
