import type { Diary, Entry, EntryVerification } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/code.tsx";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Status } from "../../../ui/status.tsx";
import { diaryQuery } from "../queries.ts";

/** What both checks found: the reef's, and the one that was made here. */
interface Verdict {
  reefs: EntryVerification;
  own: OwnCheck;
}

/** What was computed here from the entry alone, without believing the reef. */
interface OwnCheck {
  hashMatches: boolean;
  signatureMatches: boolean;
  isAuthorsKey: boolean;
}

const nothingHolds: OwnCheck = { hashMatches: false, signatureMatches: false, isAuthorsKey: false };

/** A signed entry's proof, and a button that checks it: by the reef, and once more in this browser. */
export function VerifyEntry({ entry }: { entry: Entry }): ReactNode {
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [problem, setProblem] = useState<unknown>();
  const verify = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const diary = await queryClient.ensureQueryData(diaryQuery(entry.diaryId));
      const [reefs, own] = await Promise.all([reef.memory.verifyEntry({ entryId: entry.id }), checkHere(entry, diary)]);
      setVerdict({ reefs, own });
    } catch (error) {
      setVerdict(undefined);
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title="Signature"
      description="Signed with the author's own key, which never leaves its agent. Nobody can change the entry unseen."
      actions={
        <Button size="small" isBusy={isBusy} onClick={() => void verify()}>
          <ShieldCheck aria-hidden />
          {verdict === undefined ? "Verify" : "Verify again"}
        </Button>
      }
    >
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <div aria-live="polite">{verdict !== undefined && <VerdictView verdict={verdict} />}</div>
      <Facts>
        <Fact name="Content identifier">
          <Copied text={entry.contentHash ?? ""} label="Copy the content identifier" />
        </Fact>
        <Fact name="Signing key">
          <Copied text={entry.signature?.publicKey ?? ""} label="Copy the signing key" />
        </Fact>
      </Facts>
    </Section>
  );
}

/** The proofs are loaded with the first verification: few visits need them. */
async function checkHere(entry: Entry, diary: Diary): Promise<OwnCheck> {
  const { checkEntryProof } = await import("@reef/proofs");
  return (await checkEntryProof(entry, { isChained: diary.signed })) ?? nothingHolds;
}

function VerdictView({ verdict: { reefs, own } }: { verdict: Verdict }): ReactNode {
  const isOwnGood = own.hashMatches && own.signatureMatches && own.isAuthorsKey;
  return (
    <ul className="flex flex-col divide-y rounded-lg border bg-raised animate-appear">
      <Finding who="This browser" isGood={isOwnGood} faults={ownFaults(own)}>
        It computed the identifier from the text, and checked the signature with the key of the author's fingerprint.
      </Finding>
      <Finding who="The reef" isGood={reefs.valid} faults={reefsFaults(reefs)}>
        It says the same, and that the key is or was this agent's: only the reef knows that.
      </Finding>
    </ul>
  );
}

interface FindingProps {
  who: string;
  isGood: boolean;
  faults: readonly string[];
  children: ReactNode;
}

const Finding = ({ who, isGood, faults, children }: FindingProps): ReactNode => (
  <li className="flex flex-col gap-1 p-3">
    <span className="flex flex-wrap items-center justify-between gap-2">
      <span className="font-medium">{who}</span>
      <Status state={isGood ? "done" : "failed"}>{isGood ? "Valid" : "Not valid"}</Status>
    </span>
    {isGood ? (
      <span className="text-13 text-muted">{children}</span>
    ) : (
      <ul className="list-disc pl-4 text-13">
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    )}
  </li>
);

const ALTERED = "It was altered: its text is not what was signed.";

const ownFaults = ({ hashMatches, signatureMatches, isAuthorsKey }: OwnCheck): string[] => [
  ...(hashMatches ? [] : [ALTERED]),
  ...(signatureMatches ? [] : ["The key did not sign this identifier."]),
  ...(isAuthorsKey ? [] : ["The key is not the one of the author's fingerprint."]),
];

const reefsFaults = ({ signed, hashMatches, signatureValid }: EntryVerification): string[] => [
  ...(signed ? [] : ["The reef says that it is not signed."]),
  ...(!signed || hashMatches ? [] : [ALTERED]),
  ...(!signed || signatureValid ? [] : ["The signature is not one of its author's keys, or over something else."]),
];

const Copied = ({ text, label }: { text: string; label: string }): ReactNode => (
  <span className="inline-flex max-w-full items-center gap-1">
    <code className="min-w-0 font-mono text-12 break-all">{text}</code>
    <CopyButton text={text} label={label} />
  </span>
);
