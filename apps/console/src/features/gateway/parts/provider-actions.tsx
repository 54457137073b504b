import type { Provider, ProviderTest } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { usePanels } from "../../../panel/use-panels.ts";
import { counted } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { providerCalls } from "../provider-calls.ts";
import { TestResult } from "./test-result.tsx";
import type { Removal } from "./use-removal.ts";

/** What may be done with a provider by those who manage it. */
export function ProviderActions({ provider, removal }: { provider: Provider; removal: Removal }): ReactNode {
  const { id, name, scope, enabled } = provider;
  const calls = providerCalls(scope);
  const queryClient = useQueryClient();
  const { close } = usePanels();
  const renew = () => queryClient.invalidateQueries({ queryKey: ["gateway"] });
  const [test, setTest] = useState<ProviderTest>();
  const testing = useSubmit();
  const fetching = useSubmit();
  const runTest = async () => {
    setTest(undefined);
    setTest(await calls.test(id));
  };
  const fetchModels = async () => {
    const { modelCount } = await calls.refreshModels(id);
    await renew();
    toast(`It lists ${counted(modelCount, "model", "models")}.`);
  };
  const turn = async () => {
    await calls.update(provider, { enabled: !enabled });
    await renew();
    toast(enabled ? `No call goes to ${name} any more.` : `Calls go to ${name} again.`);
  };
  const remove = async () => {
    await removal.remove(() => calls.remove(id));
    close(0);
    await renew();
    toast(`${name} is deleted.`);
  };
  const whose = scope === "reef" ? "of every organization of this reef " : "";
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button isBusy={testing.isBusy} onClick={() => void testing.run(runTest)}>
          Test
        </Button>
        <Button isBusy={fetching.isBusy} onClick={() => void fetching.run(fetchModels)}>
          Fetch its models
        </Button>
        <ConfirmDialog
          title={enabled ? `Disable ${name}?` : `Enable ${name}?`}
          consequence={
            enabled
              ? `Within a second no call ${whose}goes to it; those that ask for its models are answered by another provider that has them, or refused.`
              : "Within a second calls go to it again."
          }
          action={enabled ? "Disable" : "Enable"}
          isDangerous={enabled}
          onConfirm={turn}
          trigger={<Button>{enabled ? "Disable" : "Enable"}</Button>}
        />
        <ConfirmDialog
          title={`Delete ${name}?`}
          consequence={`Its keys go with it, and within a second no call ${whose}goes to it. Aliases pass over it; what it was used for stays on record.`}
          action="Delete provider"
          onConfirm={remove}
          trigger={<Button kind="danger">Delete</Button>}
        />
      </div>
      {test && <TestResult test={test} />}
      {testing.problem !== undefined && <ProblemView error={testing.problem} isCompact />}
      {fetching.problem !== undefined && <ProblemView error={fetching.problem} isCompact />}
    </div>
  );
}
