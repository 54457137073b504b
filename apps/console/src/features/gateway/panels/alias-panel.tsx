import type { Alias } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { usePanels } from "../../../panel/use-panels.ts";
import { useMayManage } from "../../../session/account.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { ConfirmDialog, Dialog } from "../../../ui/dialog.tsx";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { AliasSteps } from "../parts/alias-steps.tsx";
import { ChangeAlias } from "../parts/change-alias.tsx";
import { type Removal, useRemoval } from "../parts/use-removal.ts";
import { aliasQuery } from "../queries.ts";

/** One alias: which models it leads to, in which order, and who answers. */
export function AliasPanel({ id: name }: PanelProps): ReactNode {
  const mayManage = useMayManage();
  const removal = useRemoval();
  const { data: alias, error, refetch } = useQuery({ ...aliasQuery(name), enabled: !removal.isGone });
  return (
    <PanelFrame title={name} description="Alias">
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {alias === undefined && error === null && <RowsSkeleton rows={4} />}
      {alias && (
        <>
          <Facts>
            <Fact name="Changed">
              <Time value={alias.updatedAt} />
            </Fact>
          </Facts>
          {mayManage && <AliasActions alias={alias} removal={removal} />}
          <Section title="Leads to" description="What fails just now, or is not ready, is passed over.">
            <AliasSteps targets={alias.targets} />
          </Section>
          <Section title="Ask for it">
            <CodeBlock label="In a call">{`{ "model": "${name}", … }`}</CodeBlock>
          </Section>
        </>
      )}
    </PanelFrame>
  );
}

function AliasActions({ alias, removal }: { alias: Alias; removal: Removal }): ReactNode {
  const { name } = alias;
  const queryClient = useQueryClient();
  const { close } = usePanels();
  const [isChanging, setChanging] = useState(false);
  const remove = async () => {
    await removal.remove(() => reef.gateway.deleteAlias({ name }));
    close(0);
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    toast("Alias deleted.");
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setChanging(true)}>Change</Button>
      <ConfirmDialog
        title={`Delete the alias ${name}?`}
        consequence="Within a second, programs that ask for it are told that there is no such model. The models stay."
        action="Delete alias"
        onConfirm={remove}
        trigger={<Button kind="danger">Delete</Button>}
      />
      <Dialog
        title={`Change the alias ${name}`}
        description="It holds within a second. Calls that are being answered are answered to their end."
        isOpen={isChanging}
        onOpenChange={setChanging}
      >
        {isChanging && <ChangeAlias alias={alias} onDone={() => setChanging(false)} />}
      </Dialog>
    </div>
  );
}
