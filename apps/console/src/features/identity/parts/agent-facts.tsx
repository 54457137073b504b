import type { ReactNode } from "react";
import { CopyButton } from "../../../ui/code.tsx";
import { Fingerprint } from "../../../ui/mark.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { Time } from "../../../ui/time.tsx";
import type { FoundAgent } from "../queries.ts";
import { AgentState, LastSeen } from "./agent-state.tsx";
import { IssuerName } from "./issuer.tsx";

/** Who an agent is, and how it came here. */
export const AgentFacts = ({ agent: { id, fingerprint, publicKey, own } }: { agent: FoundAgent }): ReactNode => (
  <Facts>
    {own && (
      <Fact name="State">
        <AgentState disabled={own.disabled} />
      </Fact>
    )}
    <Fact name="Fingerprint">
      <Fingerprint value={fingerprint} isWhole />
    </Fact>
    <Fact name="Public key">
      <Copied text={publicKey} label="Copy the public key" />
    </Fact>
    <Fact name="Client id">
      <Copied text={id} label="Copy the client id" />
    </Fact>
    {own && (
      <>
        <Fact name="Joined">
          <Time value={own.createdAt} />
        </Fact>
        <Fact name="Let in by">
          {own.issuer === null ? "Nobody: it founded the organization" : <IssuerName issuer={own.issuer} />}
        </Fact>
        <Fact name="Last seen">
          <LastSeen at={own.lastSeenAt} />
        </Fact>
      </>
    )}
  </Facts>
);

const Copied = ({ text, label }: { text: string; label: string }): ReactNode => (
  <span className="inline-flex items-center gap-1">
    <code className="font-mono text-13 break-all">{text}</code>
    <CopyButton text={text} label={label} />
  </span>
);
