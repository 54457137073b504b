import type { Entry } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Flag, History, type LucideIcon, PackageOpen, PenLine } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { classes } from "../../../ui/classes.ts";
import { agentByIdQuery } from "../queries.ts";

/** What one should know before one believes an entry. */
export const EntryNotices = ({
  entry: { injectionRisk, supersededBy, editedBy, importedBy },
}: {
  entry: Entry;
}): ReactNode => (
  <>
    {injectionRisk && (
      <Notice icon={Flag} tone="warn" title="It may try to instruct models">
        The text looks like an attempt to give orders to the model that reads it. It is only a mark, and may be wrong:
        the entry stays readable and is found as any other, with the mark on it. What is put together for a model leaves
        it out unless asked not to, and so does the feed. Here it is shown as plain text that does nothing.
      </Notice>
    )}
    {supersededBy !== null && (
      <Notice icon={History} tone="plain" title="Something newer takes its place">
        <PanelLink kind="entry" id={supersededBy}>
          Read the entry that replaces this one
        </PanelLink>
        ; below they stand beside each other.
      </Notice>
    )}
    {editedBy !== null && (
      <Notice icon={PenLine} tone="plain" title="Changed by another than its author">
        <AgentById agentId={editedBy} /> changed what it says, so it is not the author's word alone.
      </Notice>
    )}
    {importedBy !== null && (
      <Notice icon={PackageOpen} tone="plain" title="Brought from another reef">
        <AgentById agentId={importedBy} /> brought it here, and answers for its author and its times. A signature on it
        is the author's own all the same.
      </Notice>
    )}
  </>
);

interface NoticeProps {
  icon: LucideIcon;
  tone: "plain" | "warn";
  title: string;
  children: ReactNode;
}

const Notice = ({ icon: Icon, tone, title, children }: NoticeProps): ReactNode => (
  <div className={classes("flex gap-3 rounded-lg border p-3", tone === "warn" ? "bg-warn-soft" : "bg-sunken")}>
    <Icon aria-hidden className={classes("mt-0.5 size-4 shrink-0", tone === "warn" ? "text-warn" : "text-muted")} />
    <div className="flex min-w-0 flex-col gap-0.5">
      <p className="font-medium">{title}</p>
      <p className="measure text-13">{children}</p>
    </div>
  </div>
);

/** An agent that is known by its id alone; by its name as soon as that is found. */
function AgentById({ agentId }: { agentId: `agt_${string}` }): ReactNode {
  const { data: agent } = useQuery(agentByIdQuery(agentId));
  if (agent === undefined || agent === null) return <code className="font-mono text-12 break-all">{agentId}</code>;
  return (
    <PanelLink kind="agent" id={agent.fingerprint}>
      {agent.name}
    </PanelLink>
  );
}
