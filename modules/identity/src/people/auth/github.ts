import { createAuthorizationURL, type OAuth2Tokens, type OAuthProvider } from "@better-auth/core/oauth2";
import { fetchAnyJson, fetchJson } from "./fetch-json.ts";

export interface GitHubOptions {
  /** `https://github.com`, or the address of a GitHub Enterprise Server. */
  url: string;
  clientId: string;
  clientSecret: string | undefined;
}

/** A person as GitHub describes it (`GET /user`). */
interface GitHubUser {
  id?: unknown;
  login?: unknown;
  name?: unknown;
  avatar_url?: unknown;
}

/** GitHub speaks OAuth 2 and no OpenID, so who it is comes from its API, by a token that is used for nothing else. */
export function createGitHubProvider({ url, clientId, clientSecret }: GitHubOptions): OAuthProvider<GitHubUser> {
  const base = url.replace(/\/$/, "");
  const api = base === "https://github.com" ? "https://api.github.com" : `${base}/api/v3`;
  return {
    id: "github",
    name: "GitHub",
    options: { requireEmailVerification: true },
    accountSubject: ({ profile }) => (typeof profile.id === "number" ? profile.id : ""),

    createAuthorizationURL: ({ state, codeVerifier, redirectURI, loginHint }) =>
      createAuthorizationURL({
        id: "github",
        options: { clientId },
        authorizationEndpoint: `${base}/login/oauth/authorize`,
        state,
        codeVerifier,
        redirectURI,
        loginHint,
        scopes: ["read:user", "user:email"],
      }),

    async validateAuthorizationCode({ code, codeVerifier, redirectURI }): Promise<OAuth2Tokens> {
      const { access_token: accessToken } = await fetchJson(`${base}/login/oauth/access_token`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: clientId,
          ...(clientSecret !== undefined && { client_secret: clientSecret }),
          code,
          redirect_uri: redirectURI,
          code_verifier: codeVerifier ?? "",
        }),
      });
      if (typeof accessToken !== "string") throw new Error("GitHub sent no access token.");
      return { accessToken };
    },

    async getUserInfo({ accessToken }) {
      const headers = { Authorization: `Bearer ${accessToken}`, Accept: "application/vnd.github+json" };
      const [user, emails]: [GitHubUser, unknown] = await Promise.all([
        fetchJson(`${api}/user`, { headers }),
        fetchAnyJson(`${api}/user/emails`, { headers }),
      ]);
      const { email, verified } = primaryOf(emails);
      const { name, login, avatar_url: image } = user;
      return {
        data: user,
        user: {
          email: typeof email === "string" ? email : null,
          emailVerified: verified === true,
          name: String(name ?? login ?? "").slice(0, 100),
          ...(typeof image === "string" && image.startsWith("https:") && { image: image.slice(0, 2_048) }),
        },
      };
    },
  };
}

/** The primary address; whatever a profile shows beside it may be anybody's. */
function primaryOf(emails: unknown): { email?: unknown; verified?: unknown } {
  const items: { primary?: unknown; email?: unknown; verified?: unknown }[] = Array.isArray(emails) ? emails : [];
  return items.find(({ primary }) => primary === true) ?? {};
}
