import { arePasskeysSupported, cancelPasskey, isPasskeyAutofillSupported, signInWithPasskey } from "./passkeys.ts";
import type { Requests } from "./request.ts";
import type {
  AccountPerson,
  CurrentSession,
  DeviceLogin,
  DeviceTokens,
  SignInOutcome,
  SocialProvider,
} from "./types.ts";

/** RFC 8628, section 3.4. */
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** Signing in and out. */
export const signInCalls = ({ ask, act, get, post }: Requests) => ({
  /** Signs in; with two-factor on, a code is needed before there is a session. */
  async signIn(input: { email: string; password: string; rememberMe?: boolean }): Promise<SignInOutcome> {
    const answer = await post<{ twoFactorRedirect?: boolean }>("/sign-in/email", input);
    return { isTwoFactorNeeded: answer.twoFactorRedirect === true };
  },
  /** Makes an account; a mail with a link confirms the address. Says the same whether or not the address is known. */
  signUp: (input: {
    name: string;
    email: string;
    password: string;
    callbackURL?: string;
    /** With the token of the invitation's mail the address is confirmed at once. */
    invitationId?: string;
    invitationToken?: string;
  }) => act("/sign-up/email", input),
  /** Gives the provider's address to go to; it leads back to `callbackURL`. */
  signInWithProvider: (input: { provider: SocialProvider; callbackURL: string; errorCallbackURL?: string }) =>
    post<{ url: string }>("/sign-in/social", { ...input, disableRedirect: true }),
  signInWithPasskey: ({ useAutofill = false }: { useAutofill?: boolean } = {}) => signInWithPasskey(ask, useAutofill),
  arePasskeysSupported,
  isPasskeyAutofillSupported,
  cancelPasskey,
  signOut: () => act("/sign-out"),
  /** Who is signed in, or null. */
  async getPerson(): Promise<AccountPerson | null> {
    return (await get<{ user: AccountPerson } | null>("/get-session"))?.user ?? null;
  },
  /** Which session this is, or null; a browser's session lives on because this is asked now and then. */
  getSession: () => get<CurrentSession | null>("/get-session"),
});

/** Login of a program by a code (RFC 8628). */
export const deviceCalls = ({ act, get, post }: Requests) => ({
  beginDeviceLogin: (clientId: string) => post<DeviceLogin>("/device/code", { client_id: clientId }),
  /** Refused with the code `authorization_pending` until the person has decided. */
  finishDeviceLogin: ({ clientId, deviceCode }: { clientId: string; deviceCode: string }) =>
    post<DeviceTokens>("/device/token", { grant_type: DEVICE_GRANT, client_id: clientId, device_code: deviceCode }),
  /** Looks whether a code waits to be decided on; in the console. */
  getDevice: (userCode: string) => get<{ user_code: string; status: string }>("/device", { user_code: userCode }),
  approveDevice: (userCode: string) => act("/device/approve", { userCode }),
  denyDevice: (userCode: string) => act("/device/deny", { userCode }),
});
