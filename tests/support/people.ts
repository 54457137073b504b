import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { OrganizationRole } from "@reef/http/contract";
import { createReef, type Reef } from "@reef/sdk";
import { until } from "@reef/testing";

/** Header fields by which a request is somebody's. */
export type Credentials = Record<string, string>;

/** A person who is signed in to a running reef, in the two ways in which a request may say so. */
export interface SignedInPerson {
  email: string;
  /** As a browser sends it that shows one of the reef's own pages. */
  byCookie: Credentials;
  /** As a script sends it. */
  byToken: Credentials;
  /** The token itself. */
  token: string;
}

/** What a test expects of an answer it checks itself. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
type AnyBody = any;

/** Everybody's. */
export const PASSWORD = "a password that only tests use";

/** The first person of a reef, who operates it and owns the organization that its agents have founded. */
export async function setUp(
  url: string,
  code: string | undefined,
  { slug = "first", organizationName = slug, name = "operator" }: FirstPerson = {},
): Promise<SignedInPerson> {
  if (code === undefined) throw new Error("The reef printed no link for its first person.");
  const email = "operator@reef.test";
  await post(url, "/api/setup", { code, name, email, password: PASSWORD, organizationName, slug });
  return signIn(url, email);
}

/** What its pages call the first person and the organization. */
interface FirstPerson {
  slug?: string;
  organizationName?: string;
  name?: string;
}

/** Signs a person in who has an account; each time it is a session of its own. */
export async function signIn(url: string, email: string): Promise<SignedInPerson> {
  const { headers } = await post(url, "/api/auth/sign-in/email", { email, password: PASSWORD });
  const [cookie = ""] =
    headers
      .getSetCookie()
      .find((line) => line.includes("session_token="))
      ?.split(";") ?? [];
  const token = headers.get("set-auth-token");
  if (cookie === "" || token === null) throw new Error(`${email} was signed in without a session.`);
  return { email, byCookie: { Cookie: cookie, Origin: url }, byToken: { Authorization: `Bearer ${token}` }, token };
}

/** A person's client, for one of their organizations. */
export const reefOf = (url: string, { token }: SignedInPerson, organization?: string): Reef =>
  createReef({ url, credentials: { token }, ...(organization !== undefined && { organization }) });

/** A new person with a confirmed address, in no organization yet. The operator looks into the mailbox. */
export async function signUp(url: string, operator: SignedInPerson, name: string): Promise<SignedInPerson> {
  const email = `${name}@reef.test`;
  await post(url, "/api/auth/sign-up/email", { name, email, password: PASSWORD });
  const link = await linkIn(url, operator, email);
  await get(url, `/api/auth/verify-email?token=${encodeURIComponent(link.get("token") ?? "")}`, {});
  return signIn(url, email);
}

/** Sends somebody an invitation into the owner's organization. */
export async function invite(
  url: string,
  owner: SignedInPerson,
  { organizationId, role, email }: { organizationId: Id<"org">; role: OrganizationRole; email: string },
): Promise<void> {
  const invitation = { email, role, organizationId: toUuid(organizationId) };
  await post(url, "/api/auth/organization/invite-member", invitation, owner.byCookie);
}

/** Invites somebody, and gives what the link in the mail carries. The owner looks into the mailbox. */
export async function inviteByLink(
  url: string,
  owner: SignedInPerson,
  invitation: { organizationId: Id<"org">; role: OrganizationRole; email: string },
): Promise<{ id: string; token: string }> {
  await invite(url, owner, invitation);
  const link = await linkIn(url, owner, invitation.email);
  return { id: link.get("id") ?? "", token: link.get("token") ?? "" };
}

/** A new person who has joined the owner's organization by the invitation that came by mail. */
export async function inviteMember(
  url: string,
  owner: SignedInPerson,
  { organizationId, role, name }: { organizationId: Id<"org">; role: OrganizationRole; name: string },
): Promise<SignedInPerson> {
  const email = `${name}@reef.test`;
  const { id: invitationId, token: invitationToken } = await inviteByLink(url, owner, { organizationId, role, email });
  const account = { name, email, password: PASSWORD, invitationId, invitationToken };
  await post(url, "/api/auth/sign-up/email", account);
  const person = await signIn(url, email);
  await post(url, "/api/auth/organization/accept-invitation", { invitationId }, person.byCookie);
  return person;
}

/** A new organization, which the person owns. */
export async function createOrganization(url: string, person: SignedInPerson, slug: string): Promise<Id<"org">> {
  const { body } = await post(url, "/api/auth/organization/create", { name: slug, slug }, person.byCookie);
  return toTypeId("org", body.id);
}

/** An API key of the person's for an organization. */
export async function createApiKey(
  url: string,
  person: SignedInPerson,
  organizationId: Id<"org">,
): Promise<Credentials> {
  const asked = { name: "a script", organizationId: toUuid(organizationId) };
  const { body } = await post(url, "/api/auth/api-key/create", asked, person.byCookie);
  return { Authorization: `Bearer ${body.key}` };
}

/** The newest of the mails that stayed in the reef. */
export async function findMailId(url: string, operator: SignedInPerson): Promise<string> {
  const { items } = (await get(url, "/api/mailbox?limit=1", operator.byCookie)).body;
  return items[0].id;
}

/** What the link in the newest mail to an address carries. */
async function linkIn(url: string, operator: SignedInPerson, to: string): Promise<URLSearchParams> {
  const { id } = await until(async () => {
    const { body } = await get(url, "/api/mailbox?limit=100", operator.byCookie);
    return body.items.find((sent: { to: string }) => sent.to === to);
  });
  const { text } = (await get(url, `/api/mailbox/${id}`, operator.byCookie)).body;
  return new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? "").searchParams;
}

const get = (url: string, path: string, credentials: Credentials) => send(url, path, { headers: credentials });

const post = (url: string, path: string, body: object, credentials: Credentials = {}) =>
  send(url, path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: url, ...credentials },
    body: JSON.stringify(body),
  });

async function send(url: string, path: string, init: RequestInit): Promise<{ headers: Headers; body: AnyBody }> {
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return { headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}
