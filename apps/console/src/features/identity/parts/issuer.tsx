import type { Issuer } from "@reef/sdk";
import { CircleUserRound } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { AgentName } from "../../../ui/mark.tsx";

/** Who lets others in: an agent by its shell, with a link to it, or a person by name. */
export const IssuerName = ({ issuer }: { issuer: Issuer }): ReactNode =>
  "personId" in issuer ? (
    <span className="inline-flex max-w-full min-w-0 items-center gap-2">
      <CircleUserRound className="size-5 shrink-0 text-muted" aria-label="Person" />
      <span className="truncate">{issuer.name}</span>
    </span>
  ) : (
    <PanelLink as="plain" kind="agent" id={issuer.fingerprint} className="relative z-10 flex min-w-0 rounded-sm">
      <AgentName name={issuer.name} fingerprint={issuer.fingerprint} />
    </PanelLink>
  );
