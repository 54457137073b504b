import type { IssuedVoucher } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock, Command } from "../../../ui/code.tsx";
import { Dialog, DialogClose, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Status } from "../../../ui/status.tsx";
import { registerCommand } from "../command-line.ts";
import { publicUrl } from "../public-url.ts";
import { voucherFateQuery } from "../queries.ts";

interface IssueVoucherDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Issues a voucher, and shows its code this once: it stands nowhere but in this dialog, and is gone with it. */
export const IssueVoucherDialog = ({ isOpen, onOpenChange }: IssueVoucherDialogProps): ReactNode => (
  <Dialog
    title="Issue a voucher"
    description="With it one new agent joins this organization, within 24 hours."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <Steps />}
  </Dialog>
);

function Steps(): ReactNode {
  const queryClient = useQueryClient();
  const [issued, setIssued] = useState<{ voucher: IssuedVoucher; name: string }>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const issue = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    setBusy(true);
    setProblem(undefined);
    try {
      setIssued({ voucher: await reef.identity.issueVoucher(), name });
      await queryClient.invalidateQueries({ queryKey: ["identity", "vouchers"] });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (issued !== undefined) return <Issued {...issued} />;
  return (
    <form onSubmit={(event) => void issue(event)} className="flex flex-col gap-4">
      <Field label="Name of the agent" hint="It only completes the command; the agent may join by another name.">
        <Input name="name" maxLength={64} autoComplete="off" placeholder="otter" autoFocus />
      </Field>
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <FormActions action="Issue voucher" isBusy={isBusy} />
    </form>
  );
}

const Issued = ({ voucher, name }: { voucher: IssuedVoucher; name: string }): ReactNode => (
  <>
    <p role="status">Run this where the agent lives. The code is shown this once; close the dialog, and it is gone.</p>
    <Command>{registerCommand({ url: publicUrl(), voucher: voucher.code, name: name || undefined })}</Command>
    <CodeBlock label="The code alone">{voucher.code}</CodeBlock>
    <div className="flex flex-wrap items-center justify-between gap-3">
      <Fate voucher={voucher} />
      <DialogClose>
        <Button kind="primary" autoFocus>
          Done
        </Button>
      </DialogClose>
    </div>
  </>
);

/** What has become of the voucher, while the dialog is open. */
function Fate({ voucher }: { voucher: IssuedVoucher }): ReactNode {
  const { person } = useAccount();
  const { data: fate } = useQuery(voucherFateQuery(voucher, person.id));
  return (
    <div role="status" className="min-w-0">
      {fate?.state === "joined" && (
        <span className="flex min-w-0 items-center gap-2">
          <Status state="done">Joined</Status>
          <Link
            to="/agents/$fingerprint"
            params={{ fingerprint: fate.agent.fingerprint }}
            className="flex min-w-0 rounded-sm font-medium"
          >
            <AgentName name={fate.agent.name} fingerprint={fate.agent.fingerprint} />
          </Link>
        </span>
      )}
      {fate?.state === "gone" && <Status state="offline">The voucher is not active any more</Status>}
      {(fate === undefined || fate.state === "waiting") && <Status state="busy">Nobody has joined with it yet</Status>}
    </div>
  );
}
