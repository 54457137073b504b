import { constantTimeEqual, deriveKey, hmacHex, type Id } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import { Problem } from "@reef/errors";
import {
  type ActionRecorder,
  clientAddress,
  type HttpApp,
  type HttpContext,
  httpErrors,
  requestIdOf,
} from "@reef/http";
import { actorOf, type MemberCaller } from "@reef/http/call";
import { scopes } from "@reef/http/contract";
import { errors, type Interaction, type InteractionResult, type Provider } from "oidc-provider";
import type { Clock } from "../clock.ts";
import { type Authorization, subjectOfApproval } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { type Authorizations, authorizationView } from "../service/authorizations.ts";
import type { Programs } from "../service/programs.ts";
import { bindGrant, deleteUnboundGrant, findAgentOfState, isApproved } from "../store/oauth-state.ts";
import { bindGrantToMember, findLettingMember } from "../store/people-grants.ts";
import { lockPrograms } from "../store/programs.ts";
import type { AuthenticateSecret } from "../tokens/secret-authenticator.ts";
import { type Audiences, personScopesOf } from "./audiences.ts";
import { errorPage, onwardPage, PAGE_ASSETS, PAGE_HEADERS, requestPage } from "./pages.ts";
import { createPersonalApproval, type SignedInPeople } from "./personal-approval.ts";
import type { StateSecrets } from "./state.ts";

export interface InteractionOptions {
  db: Connection;
  clock: Clock;
  masterSecret: string;
  audiences: Audiences;
  secrets: StateSecrets;
  authorizations: Authorizations;
  programs: Pick<Programs, "addProgram">;
  authenticateSecret: AuthenticateSecret;
  people: SignedInPeople;
  trustedProxies: number;
  /** The server with the keys of this moment. */
  provider: () => Provider;
  /** Counts a request against the budget of its address. */
  spendLimit(context: HttpContext, limit: "read" | "write"): Promise<void>;
  /** Records what was approved on a page, as routes record what was approved by them. */
  recorder: ActionRecorder | undefined;
}

const PATH = "/oauth2/interaction/:uid";
const MAX_FORM_BYTES = 4_096;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Somebody said no, or what was said no longer holds. */
const REFUSED: InteractionResult = { error: "access_denied", error_description: "the client was not let in" };

/**
 * Adds the page on which a client waits until an agent has let it in, or the person who is signed in there. The page
 * belongs to the browser that began: it needs the cookie that oidc-provider set there.
 */
export function mountInteractions(app: HttpApp, options: InteractionOptions): void {
  const { db, clock, audiences, secrets, authorizations, programs, provider, recorder } = options;
  const { authenticateSecret, trustedProxies } = options;
  const csrfKey = deriveKey(options.masterSecret, "identity.interaction_csrf");
  const csrfTokenOf = ({ uid }: Interaction, personId = "") => hmacHex(csrfKey, `${uid}${personId}`);
  const personal = createPersonalApproval(options.people, csrfTokenOf);
  const idOf = ({ uid }: Interaction) => secrets.idOf("Interaction", uid);

  app.get(PATH, async (context) => {
    const interaction = await begin(context, "oauth.showRequest");
    if (interaction === undefined) return gone(context);
    if (interaction.result !== undefined) return context.redirect(interaction.returnTo, 303);
    if (!(await isApproved(db, idOf(interaction)))) return show(context, interaction);
    const returnTo = await finish(context, interaction);
    return returnTo === undefined ? gone(context) : context.redirect(returnTo, 303);
  });

  app.get(`${PATH}/state`, async (context) => {
    const interaction = await begin(context, "oauth.requestState");
    if (interaction === undefined) throw httpErrors.not_found();
    const approved = interaction.result !== undefined || (await isApproved(db, idOf(interaction)));
    return context.json({ state: approved ? "approved" : "waiting" });
  });

  app.post(PATH, async (context) => {
    const interaction = await begin(context, "oauth.answerRequest");
    if (interaction === undefined) return gone(context);
    const form = await readForm(context);
    if (!constantTimeEqual(form.get("csrf") ?? "", csrfTokenOf(interaction))) return gone(context);
    if (form.get("answer") === "deny") return onward(context, "Refused", await end(context, REFUSED));
    try {
      await approve(context, interaction, form);
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      return show(context, interaction, error);
    }
    return onward(context, "Approved", await finish(context, interaction));
  });

  for (const [path, { type, text }] of Object.entries(PAGE_ASSETS)) {
    app.get(path, (context) =>
      context.body(text, 200, { "Content-Type": type, "Cache-Control": "public, max-age=3600" }),
    );
  }

  /** The request that the browser's cookie and the path name alike; undefined when there is none. */
  async function begin(context: HttpContext, operation: string): Promise<Interaction | undefined> {
    const { incoming, outgoing } = context.env;
    outgoing.operation = operation;
    await options.spendLimit(context, operation === "oauth.answerRequest" ? "write" : "read");
    try {
      const interaction = await provider().interactionDetails(incoming, outgoing);
      return interaction.uid === context.req.param("uid") ? interaction : undefined;
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  async function show(context: HttpContext, interaction: Interaction, complaint?: Problem): Promise<Response> {
    const expiresAt = new Date(interaction.exp * 1_000);
    const asked = authorizationView(interaction, expiresAt);
    const page = requestPage({
      ...asked,
      path: `/oauth2/interaction/${interaction.uid}`,
      isLocalRedirect: LOCAL_HOST.test(asked.redirectHost) || asked.redirectHost.endsWith(":"),
      scopes: asked.scopes.map((name) => ({ name, description: scopes[name as keyof typeof scopes] ?? name })),
      person: await personal.find(context, interaction, asked.scopes),
      userCode: secrets.userCodeOf(interaction.uid),
      expiresAt,
      csrfToken: csrfTokenOf(interaction),
      complaint: complaint?.detail,
    });
    return respond(context, page, complaint?.status ?? 200);
  }

  /** Approves as the person who is signed in, or with an agent's client id and secret, as its own request would. */
  async function approve(context: HttpContext, interaction: Interaction, form: URLSearchParams): Promise<void> {
    const caller = form.has("organization")
      ? await personal.identify(context, interaction, form)
      : await identifyAgent(context, form);
    context.env.outgoing.caller = caller;
    const requestId = requestIdOf(context);
    const code = secrets.userCodeOf(interaction.uid);
    await transact(db, async (transaction) => {
      const call = { db: transaction, requestId, memo: new Map() };
      const asked =
        caller.kind === "agent"
          ? await authorizations.approveAuthorization({ ...call, caller }, code)
          : await authorizations.approveAsMember({ ...call, caller }, code);
      await recorder?.record(transaction, actionOf(asked, caller, requestId));
    });
  }

  function identifyAgent({ env }: HttpContext, form: URLSearchParams) {
    const address = clientAddress(env.incoming, trustedProxies);
    return authenticateSecret((form.get("clientId") ?? "").trim(), form.get("clientSecret") ?? "", address);
  }

  /**
   * Makes the grant of an approved request, if what was approved still holds, and tells where to go on; undefined when the
   * request has ended meanwhile. Two pages may do it at the same moment, so it does the same twice.
   */
  async function finish(context: HttpContext, interaction: Interaction): Promise<string | undefined> {
    const agent = await findAgentOfState(db, idOf(interaction));
    if (agent !== undefined) {
      return grant(context, interaction, { accountId: agent.id, bind: (id) => bindGrant(db, id, agent) });
    }
    const member = await findLettingMember(db, idOf(interaction), new Date(clock.now()));
    if (member === undefined || member.isSuspended) return end(context, REFUSED);
    const { personId } = member;
    const bind = (grantId: string) => bindToPerson(interaction, personId, grantId);
    return grant(context, interaction, { accountId: personId, bind, only: personScopesOf });
  }

  /**
   * The grant and its program together, so that nothing acts for the person that the person does not see.
   *
   * @throws identity.signed_out when what was approved holds no more, identity.too_many_programs
   */
  function bindToPerson(interaction: Interaction, personId: Id<"usr">, grantId: string): Promise<void> {
    const { client_id: clientId = "", scope = "" } = interaction.params;
    const scopesOfProgram = personScopesOf(scope.split(" "));
    return transact(db, async (transaction) => {
      await lockPrograms(transaction, personId);
      // The person may have signed out everywhere since: what was approved is gone then, and the grant was not there yet.
      const member = await findLettingMember(transaction, idOf(interaction), new Date(clock.now()));
      if (member === undefined) throw identityErrors.signed_out();
      await bindGrantToMember(transaction, grantId, member);
      const { organizationId } = member;
      await programs.addProgram(transaction, { personId, organizationId, clientId, scopes: scopesOfProgram, grantId });
    });
  }

  async function grant(
    context: HttpContext,
    { uid, params: { client_id: clientId = "", scope = "" } }: Interaction,
    holder: { accountId: string; bind(id: string): Promise<void>; only?: (asked: readonly string[]) => string[] },
  ): Promise<string | undefined> {
    const { accountId, bind, only } = holder;
    const made = new (provider().Grant)({ jti: secrets.grantIdOf(uid), accountId, clientId });
    made.addResourceScope(audiences.mcp, only?.(scope.split(" ")).join(" ") ?? scope);
    const grantId = await made.save();
    const stored = secrets.idOf("Grant", grantId);
    try {
      await bind(stored);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await deleteUnboundGrant(db, stored);
      return end(context, REFUSED);
    }
    return end(context, { login: { accountId, remember: false }, consent: { grantId } });
  }

  /** Tells where to go on; undefined when the request has ended meanwhile. */
  async function end(context: HttpContext, result: InteractionResult): Promise<string | undefined> {
    try {
      return await provider().interactionResult(context.env.incoming, context.env.outgoing, result);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }
}

/** The same record as that of the route. */
const actionOf = (asked: Authorization, caller: MemberCaller, requestId: string) => ({
  actor: actorOf(caller, caller.organizationId),
  operation: "identity.approveAuthorization",
  subject: subjectOfApproval(asked),
  fields: [],
  requestId,
});

const respond = (context: HttpContext, page: string, status = 200): Response =>
  context.body(page, status as 200, PAGE_HEADERS);

const onward = (context: HttpContext, title: string, returnTo: string | undefined): Response =>
  returnTo === undefined ? gone(context) : respond(context, onwardPage(title, returnTo));

const gone = (context: HttpContext): Response =>
  respond(context, errorPage("It has ended or was begun in another browser."), 404);

/** A small form. @throws http.payload_too_large */
async function readForm({ env }: HttpContext): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of env.incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_FORM_BYTES) throw httpErrors.payload_too_large();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
