import type { GatewayKey } from "@reef/sdk";
import { useNavigate } from "@tanstack/react-router";
import { KeyRound, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import type { KeyState as State } from "../models-address.ts";
import { useKeys } from "../queries.ts";
import { KeyState, modelsInWords } from "./key-state.tsx";
import { RevokeKey } from "./revoke-key.tsx";

const columns: readonly Column<GatewayKey>[] = [
  {
    name: "Key",
    width: "minmax(0, 2fr)",
    cell: ({ id, name, hint }) => (
      <>
        <PanelLink as="row" kind="model-key" id={id} className="truncate">
          {name}
        </PanelLink>
        <code className="font-mono text-12 text-muted max-sm:hidden">…{hint}</code>
      </>
    ),
  },
  { name: "State", width: "5.5rem", cell: KeyState },
  {
    name: "Models",
    width: "minmax(0, 1.4fr)",
    hideBelow: "md",
    cell: ({ models }) => <span className="truncate text-muted">{modelsInWords(models)}</span>,
  },
  {
    name: "Last used",
    width: "7rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ lastUsedAt }) =>
      lastUsedAt === null ? <span className="text-muted">Never</span> : <Time value={lastUsedAt} />,
  },
  {
    name: "Ends",
    width: "7rem",
    hideBelow: "lg",
    align: "end",
    cell: ({ expiresAt, revokedAt }) =>
      // A revoked key ended then, whatever end it had.
      revokedAt !== null ? (
        <Time value={revokedAt} />
      ) : expiresAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <Time value={expiresAt} />
      ),
  },
];

/** For those who may revoke. */
const managedColumns: readonly Column<GatewayKey>[] = [
  ...columns,
  {
    name: "Actions",
    isNameHidden: true,
    width: "4.5rem",
    align: "end",
    cell: (key) =>
      key.state !== "revoked" && (
        <RevokeKey
          gatewayKey={key}
          trigger={
            <Button size="small" kind="quiet" className="relative z-10" aria-label={`Revoke the key ${key.name}`}>
              Revoke
            </Button>
          }
        />
      ),
  },
];

/** The keys with which programs and agents call models. */
export function KeysList({ state, onCreate }: { state: State | undefined; onCreate: () => void }): ReactNode {
  const navigate = useNavigate();
  const mayManage = useMayManage();
  const narrow = (chosen: string) =>
    void navigate({
      to: ".",
      search: (search) => ({ ...search, state: (chosen || undefined) as State | undefined }),
      replace: true,
    });
  return (
    <div className="flex flex-col gap-4">
      <Field label="State" isLabelHidden className="w-36">
        <Select value={state ?? ""} onChange={({ target }) => narrow(target.value)}>
          <option value="">All keys</option>
          <option value="active">Active</option>
          <option value="expired">Expired</option>
          <option value="revoked">Revoked</option>
        </Select>
      </Field>
      <Table
        label="Keys"
        pages={useKeys(state)}
        keyOf={({ id }) => id}
        columns={mayManage ? managedColumns : columns}
        empty={state === undefined ? <NoneYet onCreate={onCreate} /> : <NoneOfThat state={state} />}
      />
    </div>
  );
}

const NoneOfThat = ({ state }: { state: State }): ReactNode => (
  <EmptyState title={`No key is ${state}`} icon={<SearchX />}>
    Choose another state to see the others.
  </EmptyState>
);

function NoneYet({ onCreate }: { onCreate: () => void }): ReactNode {
  const mayManage = useMayManage();
  return (
    <EmptyState
      title="No keys yet"
      icon={<KeyRound />}
      action={
        mayManage && (
          <Button kind="primary" onClick={onCreate}>
            Create a key
          </Button>
        )
      }
    >
      With a key of the reef, programs and agents call every model that the organization has, as they would call OpenAI
      or Anthropic. {mayManage ? "" : "Admins create keys."}
    </EmptyState>
  );
}
