import { PenLine } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "../../app/feature.ts";

/** Who is asked to sign what, and what came of it. */
export const signing: Feature = {
  commands: [
    {
      id: "signing.pending",
      title: "See what waits for a signature",
      keywords: "signing requests pending",
      icon: <PenLine aria-hidden />,
      to: "/signing?status=pending",
    },
  ],
  panels: {
    signing: lazy(() => import("./panels/signing-panel.tsx").then(({ SigningPanel }) => ({ default: SigningPanel }))),
  },
};
