import type { LedgerVerdict } from "@reef/proofs";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Actions, Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import type { Progress } from "../verify.ts";

/** Verifies the whole ledger in the browser, and says what was found. */
export function VerifyDialog({ trigger }: { trigger: ReactElement }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title="Verify the ledger"
      description="Your browser fetches every record and checks it by itself: each hash, the chain of them, and the signatures of the reef's checkpoints."
      trigger={trigger}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      {isOpen && <Verification />}
      <Actions>
        <DialogClose>
          <Button>Close</Button>
        </DialogClose>
      </Actions>
    </Dialog>
  );
}

function Verification(): ReactNode {
  const [progress, setProgress] = useState<Progress>();
  const [verdict, setVerdict] = useState<LedgerVerdict>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    // The verification is loaded with the button's press, not with the page.
    import("../verify.ts")
      .then(({ verifyWholeLedger }) => verifyWholeLedger(setProgress, signal))
      .then(setVerdict, (error: unknown) => !signal.aborted && setProblem(error));
    return () => controller.abort();
  }, []);
  if (problem !== undefined) return <ProblemView error={problem} isCompact />;
  if (verdict !== undefined) return <Verdict verdict={verdict} />;
  return (
    <div role="status" className="flex flex-col gap-2 text-13 text-muted">
      <progress
        className="h-1.5 w-full accent-accent"
        value={progress?.lines}
        max={progress?.total}
        aria-label="Records verified"
      />
      {progress === undefined ? "Beginning…" : `${progress.lines} of ${progress.total} lines`}
    </div>
  );
}

function Verdict({ verdict }: { verdict: LedgerVerdict }): ReactNode {
  const { faults, faultCount, records, checkpoints, uncovered, head } = verdict;
  const isGood = faultCount === 0;
  return (
    <div role="status" className="flex flex-col gap-4">
      <p className={`flex items-center gap-2 font-medium ${isGood ? "text-good" : "text-bad"}`}>
        {isGood ? <ShieldCheck className="size-5" aria-hidden /> : <ShieldAlert className="size-5" aria-hidden />}
        {isGood ? "Nothing was changed, removed or inserted" : `${faultCount} faults: the ledger was changed`}
      </p>
      {!isGood && (
        <ul className="flex max-h-48 flex-col gap-1 overflow-y-auto text-13">
          {faults.map(({ line, text }) => (
            <li key={`${line} ${text}`}>{text}</li>
          ))}
        </ul>
      )}
      <Facts>
        <Fact name="Records">{records}</Fact>
        <Fact name="Checkpoints">{checkpoints}</Fact>
        {uncovered > 0 && <Fact name="Behind the last checkpoint">{uncovered}</Fact>}
        {head && (
          <Fact name="Head">
            <code className="font-mono text-12 break-all">{head.hash}</code>
          </Fact>
        )}
      </Facts>
      <p className="text-13 text-muted">
        Keep the head: a ledger that is later cut off shows by it. <Inline>reef audit export</Inline> and{" "}
        <Inline>reef audit verify</Inline> do the same without this page.
      </p>
    </div>
  );
}

const Inline = ({ children }: { children: string }): ReactNode => (
  <code className="font-mono text-12 whitespace-nowrap">{children}</code>
);
