import { constantTimeEqual } from "@reef/crypto";
import { type HttpContext, httpErrors } from "@reef/http";
import type { PersonCaller } from "@reef/http/call";
import type { Interaction } from "oidc-provider";
import { identityErrors } from "../errors.ts";
import type { OriginRule } from "../people/own-origin.ts";
import type { Sessions } from "../people/sessions.ts";
import { personClientScopes, personScopesOf } from "./audiences.ts";
import type { ShownPerson } from "./pages.ts";

/** Who is signed in in the browser that shows the page. */
export interface SignedInPeople {
  sessions: Pick<Sessions, "findSession">;
  origins: OriginRule;
}

/**
 * The part of a client's page for a person: who is signed in in the same browser may let the client in for himself or
 * herself, in one organization. `csrfTokenOf` is given the person as well, so that a form is good for its reader alone.
 */
export function createPersonalApproval(
  { sessions, origins }: SignedInPeople,
  csrfTokenOf: (interaction: Interaction, personId: string) => string,
) {
  const findSignedIn = ({ env }: HttpContext) => sessions.findSession({ cookie: env.incoming.headers.cookie });

  return {
    /** What the page shows of it; undefined where the client asks for nothing that people may have. */
    async find(
      context: HttpContext,
      interaction: Interaction,
      asked: readonly string[],
    ): Promise<ShownPerson | undefined> {
      const scopes = personScopesOf(asked);
      if (scopes.length === 0) return undefined;
      const signedIn = await findSignedIn(context);
      if (signedIn === undefined) return { scopes };
      const { personId, name, email, memberships } = signedIn;
      const organizations = memberships.filter(({ suspended }) => !suspended);
      const token = csrfTokenOf(interaction, personId);
      return { scopes, signedIn: { name, email, token, organizations } };
    },

    /**
     * The person who sent the form, in the organization that it names.
     *
     * @throws http.foreign_origin, identity.signed_out when nobody or somebody else is signed in by now,
     * identity.organization_suspended
     */
    async identify(context: HttpContext, interaction: Interaction, form: URLSearchParams): Promise<PersonCaller> {
      if (!origins.isOwn(context.env.incoming)) throw httpErrors.foreign_origin();
      const signedIn = await findSignedIn(context);
      if (signedIn === undefined) throw identityErrors.signed_out();
      const token = csrfTokenOf(interaction, signedIn.personId);
      if (!constantTimeEqual(form.get("person") ?? "", token)) throw identityErrors.signed_out();
      const organization = form.get("organization");
      const membership = signedIn.memberships.find(({ organizationId }) => organizationId === organization);
      if (membership === undefined) throw identityErrors.signed_out();
      if (membership.suspended) throw identityErrors.organization_suspended();
      const { personId, name } = signedIn;
      const { organizationId, role } = membership;
      const scopes = new Set(personClientScopes);
      return { kind: "person", personId, name, organizationId, role, isOperator: false, scopes };
    },
  };
}
