import type { Activity } from "@reef/sdk";
import { CircleUserRound } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../panel/panel-link.tsx";
import { AgentName } from "../ui/mark.tsx";

/** Who did something: an agent by its shell, with a link to it, or a person by name. */
export const Actor = ({ actor }: { actor: Activity["actor"] }): ReactNode =>
  "personId" in actor ? (
    <span className="flex min-w-0 items-center gap-2">
      <CircleUserRound className="size-5 shrink-0 text-muted" aria-label="Person" />
      <span className="truncate">{actor.name}</span>
    </span>
  ) : (
    <PanelLink as="plain" kind="agent" id={actor.fingerprint} className="relative z-10 flex min-w-0 rounded-sm">
      <AgentName name={actor.name} fingerprint={actor.fingerprint} />
    </PanelLink>
  );
