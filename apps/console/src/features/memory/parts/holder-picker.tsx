import type { Agent, Diary, Group, Share } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { classes } from "../../../ui/classes.ts";
import { Field, Input } from "../../../ui/field.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Status } from "../../../ui/status.tsx";
import { agentChoicesQuery, groupChoicesQuery, heldSharesQuery } from "../queries.ts";
import { shareWords } from "../words.ts";

/** Whom a diary may be shared with. */
export type Holder =
  | { kind: "agent"; name: string; fingerprint: string }
  | { kind: "group"; name: string; id: Group["id"] };

interface HolderPickerProps {
  diary: Diary;
  chosen: Holder | undefined;
  onChoose: (holder: Holder) => void;
}

/** One of the organization's agents and groups, found by name or fingerprint; arrow keys choose. */
export function HolderPicker({ diary, chosen, onChoose }: HolderPickerProps): ReactNode {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const agents = useQuery(agentChoicesQuery(wanted));
  const groups = useQuery(groupChoicesQuery);
  const { data: held } = useQuery(heldSharesQuery(diary.id));
  const foundAgents = agents.data?.items.filter(({ id }) => id !== diary.ownerId);
  const foundGroups = groups.data?.items.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase())) ?? [];
  const isNothing = foundAgents?.length === 0 && foundGroups.length === 0;
  return (
    <div className="flex flex-col gap-2">
      <Field label="With">
        <Input
          // The dialog is opened to choose somebody.
          autoFocus
          placeholder="An agent's name or fingerprint, or a group"
          maxLength={64}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
      {agents.error !== null && <ProblemView error={agents.error} onRetry={() => void agents.refetch()} isCompact />}
      <fieldset className="flex h-52 flex-col overflow-y-auto rounded-md border p-1">
        <legend className="sr-only">Agents and groups</legend>
        {foundAgents === undefined && agents.error === null && <ChoicesSkeleton />}
        {isNothing && (
          <p className="px-2 py-8 text-center text-13 text-muted">
            {wanted === ""
              ? "There is no other agent yet. Issue a voucher on the page of agents, and one can join."
              : "No active agent of your organization, and no group, is called so."}
          </p>
        )}
        {foundAgents?.map((agent) => (
          <AgentChoice
            key={agent.id}
            agent={agent}
            held={held?.get(agent.id)}
            isChosen={chosen?.kind === "agent" && chosen.fingerprint === agent.fingerprint}
            onChoose={onChoose}
          />
        ))}
        {foundGroups.map(({ id, name }) => (
          <Choice
            key={id}
            held={held?.get(id)}
            isChosen={chosen?.kind === "group" && chosen.id === id}
            onChoose={() => onChoose({ kind: "group", id, name })}
          >
            <Users aria-hidden className="size-5 shrink-0 text-muted" />
            <span className="min-w-0 truncate">{name}</span>
            <span className="text-12 text-muted">Group</span>
          </Choice>
        ))}
      </fieldset>
    </div>
  );
}

interface AgentChoiceProps {
  agent: Agent;
  held: Share["status"] | undefined;
  isChosen: boolean;
  onChoose: (holder: Holder) => void;
}

const AgentChoice = ({ agent: { name, fingerprint }, held, isChosen, onChoose }: AgentChoiceProps): ReactNode => (
  <Choice held={held} isChosen={isChosen} onChoose={() => onChoose({ kind: "agent", name, fingerprint })}>
    <Mark fingerprint={fingerprint} />
    <span className="min-w-0 truncate">{name}</span>
    <Fingerprint value={fingerprint} />
  </Choice>
);

interface ChoiceProps {
  /** The state of a share that is there already; such a one is not offered again. */
  held: Share["status"] | undefined;
  isChosen: boolean;
  onChoose: () => void;
  children: ReactNode;
}

const Choice = ({ held, isChosen, onChoose, children }: ChoiceProps): ReactNode => (
  <label
    className={classes(
      "flex min-h-(--row) shrink-0 items-center gap-2.5 rounded-sm px-2 has-checked:bg-accent-soft",
      held === undefined && "hover:bg-hover",
    )}
  >
    <input
      type="radio"
      name="holder"
      checked={isChosen}
      disabled={held !== undefined}
      onChange={onChoose}
      className="size-4 shrink-0 accent-accent"
    />
    {children}
    {held !== undefined && (
      <span className="ml-auto">
        <Status state={shareWords[held].state}>{shareWords[held].name}</Status>
      </span>
    )}
  </label>
);

const ChoicesSkeleton = (): ReactNode => (
  <div role="status" className="flex flex-col gap-3 p-2">
    <span className="sr-only">Loading</span>
    <Skeleton className="h-5 w-48" />
    <Skeleton className="h-5 w-40" />
    <Skeleton className="h-5 w-44" />
  </div>
);
