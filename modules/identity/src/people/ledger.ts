import { toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { ActionRecorder } from "@reef/http";
import { subjectOfProgram } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import type { Programs } from "../service/programs.ts";
import { accountErrors } from "./errors.ts";
import type { SignedIn } from "./sessions.ts";
import { countKeys, countOwners, lockOrganization } from "./store/members.ts";

/** A change of an organization that better-auth has just made, in a transaction that is still open. */
export interface Change {
  operation: string;
  session: SignedIn | undefined;
  requestId: string;
  /** The request's, as JSON. */
  body: string | undefined;
  /** The UUID of the organization of the API key that the request names; of a key that is gone nothing else tells it. */
  keyOrganizationId: string | undefined;
}

/** A person has just signed out everywhere, in a transaction that is still open. */
interface SignOut extends Pick<Change, "session" | "requestId"> {
  programs: Pick<Programs, "endPrograms">;
}

/** What better-auth's answers hold of what was changed; each holds some of it. */
interface Answer {
  id?: unknown;
  userId?: unknown;
  organizationId?: unknown;
  invitation?: { id?: unknown; organizationId?: unknown } | null;
  member?: { userId?: unknown; organizationId?: unknown } | null;
  metadata?: { organizationId?: unknown } | null;
}

/** What may leave an organization without an owner. */
const REMOVING = new Set(["organization.leave", "organization.removeMember", "organization.updateMemberRole"]);

/** Keys of one person in one organization: as many as a list shows, so that none is out of sight. */
const MOST_KEYS = 100;

/**
 * Looks at a change before it commits: the organization still has an owner, and the audit ledger holds who did it. Of two
 * owners who leave at once the second one waits here, then sees that it would be the last.
 *
 * @throws account.you_cannot_leave_the_organization_as_the_only_owner, account.too_many_keys,
 * identity.organization_suspended
 */
export async function concludeChange(
  transaction: Connection,
  change: Change,
  answer: Response,
  recorder: ActionRecorder | undefined,
): Promise<void> {
  const said = (await answer.clone().json()) as Answer;
  const request = JSON.parse(change.body ?? "{}") as Record<string, unknown>;
  const organizationId = organizationOf(change, said);
  if (organizationId === undefined || change.session === undefined) return;
  const { isSuspended } = await lockOrganization(transaction, organizationId);
  if (isSuspended) throw identityErrors.organization_suspended();
  if (REMOVING.has(change.operation) && (await countOwners(transaction, organizationId)) === 0) {
    throw accountErrors.you_cannot_leave_the_organization_as_the_only_owner();
  }
  const { personId, name } = change.session;
  if (change.operation === "organization.createApiKey") {
    const keys = await countKeys(transaction, organizationId, toUuid(personId));
    if (keys > MOST_KEYS) throw accountErrors.too_many_keys();
  }
  await recorder?.record(transaction, {
    actor: { personId, organizationId: toTypeId("org", organizationId), name },
    operation: change.operation,
    subject: subjectOf(change, said, request),
    fields: fieldsOf(request),
    requestId: change.requestId,
  });
}

/** Ends, with all sessions of a person, all that the person let in: each is recorded in the organization that it acted in. */
export async function concludeSignOut(
  transaction: Connection,
  { session, requestId, programs }: SignOut,
  recorder: ActionRecorder | undefined,
): Promise<void> {
  if (session === undefined) return;
  const { personId, name } = session;
  for (const program of await programs.endPrograms(transaction, personId)) {
    await recorder?.record(transaction, {
      actor: { personId, organizationId: program.organization.id, name },
      operation: "identity.endProgram",
      subject: subjectOfProgram(program),
      fields: [],
      requestId,
    });
  }
}

/** The UUID of the organization that was changed. */
function organizationOf({ operation, keyOrganizationId }: Change, said: Answer): string | undefined {
  const { id, organizationId, invitation, member, metadata } = said;
  const isItself = operation === "organization.create" || operation === "organization.update";
  const named = isItself
    ? id
    : (organizationId ?? invitation?.organizationId ?? member?.organizationId ?? metadata?.organizationId);
  return typeof named === "string" ? named : keyOrganizationId;
}

/** Which member, invitation or key it was about; those of no kind of id of ours by better-auth's UUID. */
function subjectOf({ operation }: Change, said: Answer, request: Record<string, unknown>): Record<string, string> {
  const { id, userId, member, invitation } = said;
  switch (operation) {
    case "organization.create":
    case "organization.update":
      return {};
    case "organization.inviteMember":
    case "organization.cancelInvitation":
      return texts({ invitationId: id });
    case "organization.acceptInvitation":
    case "organization.rejectInvitation":
      return texts({ invitationId: invitation?.id });
    case "organization.createApiKey":
    case "organization.updateApiKey":
      return texts({ keyId: id });
    case "organization.deleteApiKey":
      return texts({ keyId: request.keyId });
    default: {
      const person = userId ?? member?.userId;
      return typeof person === "string" ? { personId: toTypeId("usr", person) } : {};
    }
  }
}

const texts = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

/** The fields that better-auth takes; what else a request holds it ignores, and so does the ledger, which keeps for good. */
const FIELDS = new Set([
  "name",
  "slug",
  "logo",
  "metadata",
  "email",
  "role",
  "resend",
  "scopes",
  "enabled",
  "expiresIn",
]);

/** The names of what the request set; of an organization's description those within it. */
function fieldsOf({ data, ...rest }: Record<string, unknown>): string[] {
  const set = { ...(typeof data === "object" ? data : {}), ...rest };
  return Object.keys(set).filter((name) => FIELDS.has(name));
}
