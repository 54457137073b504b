import type { Alias } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { ChangedMeanwhile } from "../../../ui/changed-meanwhile.tsx";
import { FormActions } from "../../../ui/dialog.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useGuardedSave } from "../../../ui/use-guarded-save.ts";
import { type AliasWay, describeWays, targetsOf, waysOf } from "../alias-ways.ts";
import { AliasWaysField } from "./alias-ways-field.tsx";

/** Changes where an alias leads. What somebody else did meanwhile is not overwritten unasked. */
export function ChangeAlias({ alias, onDone }: { alias: Alias; onDone: () => void }): ReactNode {
  const { name } = alias;
  const queryClient = useQueryClient();
  // What the form began with: its version guards the change.
  const [from, setFrom] = useState(alias);
  const [ways, setWays] = useState<readonly AliasWay[]>(() => waysOf(alias.targets));
  const guarded = useGuardedSave<Alias>({
    from,
    async save(version) {
      await reef.gateway.updateAlias({ name, targets: targetsOf(ways) }, { ifMatch: version });
      await queryClient.invalidateQueries({ queryKey: ["gateway", "aliases"] });
      onDone();
      toast(`${name} leads there within a second.`);
    },
    read: () => reef.gateway.getAlias({ name }),
    onTheirs(theirs) {
      setFrom(theirs);
      setWays(waysOf(theirs.targets));
      void queryClient.invalidateQueries({ queryKey: ["gateway", "aliases"] });
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void guarded.save();
      }}
    >
      <AliasWaysField ways={ways} onChange={setWays} />
      {guarded.theirs !== undefined && (
        <ChangedMeanwhile
          what="alias"
          changedAt={guarded.theirs.updatedAt}
          theirs={describeWays(waysOf(guarded.theirs.targets))}
          mine={describeWays(ways)}
          isBusy={guarded.isBusy}
          onTheirs={guarded.takeTheirs}
          onMine={() => void guarded.saveOverTheirs()}
        />
      )}
      {guarded.problem !== undefined && <ProblemView error={guarded.problem} isCompact />}
      {guarded.theirs === undefined && (
        <FormActions action="Change alias" isBusy={guarded.isBusy} isDisabled={ways.length === 0} />
      )}
    </form>
  );
}
