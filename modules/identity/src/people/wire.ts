/** Where better-auth answers. */
export const ACCOUNTS_PATH = "/api/auth";

/** The header field in which better-auth finds the client's address. It is set here and never taken from a request. */
export const CLIENT_ADDRESS_HEADER = "x-reef-client-address";

export const COOKIE_PREFIX = "reef";

/** How long a session lives after it was last renewed, which happens once a day. */
export const SESSION_SECONDS = 7 * 86_400;

/** Whether cookies are sent over TLS alone, as everywhere but on this machine. */
export const isSecure = (publicUrl: string): boolean => publicUrl.startsWith("https:");

/** The name of the session's cookie; the prefix makes browsers keep other sites of the domain from setting it. */
export const sessionCookieName = (publicUrl: string): string =>
  `${isSecure(publicUrl) ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`;
