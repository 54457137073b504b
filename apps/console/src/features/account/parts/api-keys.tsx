import type { AccountApiKey } from "@reef/sdk/accounts";
import { uuidOf } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Time, useNow } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { scopesInWords } from "../key-scopes.ts";
import { apiKeysQuery } from "../queries.ts";
import { NewApiKey } from "./new-api-key.tsx";

/** The keys with which the person's scripts call the reef. */
export function ApiKeys(): ReactNode {
  const { memberships } = useAccount();
  const { data: keys, error, refetch } = useQuery(apiKeysQuery);
  const [isAdding, setAdding] = useState(false);
  const add = memberships.length > 0 && <Button onClick={() => setAdding(true)}>New key</Button>;
  return (
    <Section
      title="API keys"
      description="With a key a script calls the reef as you, within one organization: Authorization: Bearer reef_pk_…"
      actions={keys !== undefined && keys.length > 0 && add}
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      <Card className="p-0">
        {keys === undefined && error === null && <RowsSkeleton rows={2} />}
        {keys?.length === 0 && (
          <EmptyState title="No key yet" icon={<KeyRound />} action={add}>
            {memberships.length > 0
              ? "Agents need none: they have keys of their own. This is for your scripts."
              : "A key belongs to an organization, and you are in none yet."}
          </EmptyState>
        )}
        {keys !== undefined && keys.length > 0 && (
          <ul aria-label="API keys" className="divide-y">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </ul>
        )}
      </Card>
      {/* It stands here and not at a button, since the list, which changes meanwhile, must not take the key away. */}
      <Dialog title="New API key" isOpen={isAdding} onOpenChange={setAdding}>
        <NewApiKey onDone={() => setAdding(false)} />
      </Dialog>
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: AccountApiKey }): ReactNode {
  const { memberships } = useAccount();
  const queryClient = useQueryClient();
  const now = useNow();
  const { id, start, createdAt, lastRequest, expiresAt, metadata } = apiKey;
  const name = apiKey.name ?? "Key";
  const organization = memberships.find(({ organizationId }) => uuidOf(organizationId) === metadata?.organizationId);
  const hasExpired = expiresAt !== null && Date.parse(expiresAt) <= now;
  const remove = async () => {
    await accounts.deleteApiKey(id);
    await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    toast("Key deleted.");
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-2">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{name}</span>
          {start !== null && <code className="font-mono text-12 text-muted">{start}…</code>}
          {hasExpired && <Badge tone="warn">expired</Badge>}
          {organization === undefined && <Badge tone="warn">not your organization any more</Badge>}
        </p>
        <p className="text-13 wrap-anywhere text-muted">
          {organization !== undefined && `${organization.name} · `}
          {scopesInWords(metadata?.scopes)}
        </p>
        <p className="text-13 text-muted">
          Made <Time value={createdAt} /> ·{" "}
          {lastRequest === null ? (
            "never used"
          ) : (
            <>
              used <Time value={lastRequest} />
            </>
          )}{" "}
          ·{" "}
          {expiresAt === null ? (
            "does not expire"
          ) : (
            <>
              {hasExpired ? "expired" : "expires"} <Time value={expiresAt} />
            </>
          )}
        </p>
      </div>
      <ConfirmDialog
        trigger={<IconButton size="small" kind="danger" label={`Delete the key ${name}`} icon={<Trash2 />} />}
        title={`Delete the key ${name}?`}
        consequence="Scripts that use it are refused at once. It cannot be brought back."
        action="Delete key"
        onConfirm={remove}
      />
    </li>
  );
}
