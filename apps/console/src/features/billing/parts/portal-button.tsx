import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button, type ButtonKind } from "../../../ui/button.tsx";
import { toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { goTo } from "../go-to.ts";

/** Leads to where cards and addresses are changed, and what is due is paid. */
export function PortalButton({ children, kind }: { children: ReactNode; kind?: ButtonKind }): ReactNode {
  const { isBusy, run } = useSubmit();
  const open = async () => {
    try {
      goTo((await reef.billing.openPortal()).url);
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button {...(kind !== undefined && { kind })} isBusy={isBusy} onClick={() => void run(open)}>
      {children}
    </Button>
  );
}
