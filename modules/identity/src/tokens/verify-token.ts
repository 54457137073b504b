import { type JWTPayload, errors as joseErrors, jwtVerify } from "jose";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import { SIGNING_ALGORITHM, type SigningKeys } from "./signing-keys.ts";

/** Gives what an access token says, once its signature, issuer, audience and time are right. @throws identity.invalid_token */
export type VerifyToken = (jwt: string) => Promise<JWTPayload>;

/** Tokens of this reef are about 800 characters long. */
const MAX_AUTHORIZATION_LENGTH = 4_096;

/** The token in an `Authorization` header. @throws identity.invalid_token when there is none of a token's form. */
export function tokenIn(authorization: string): string {
  const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  if (token === undefined || authorization.length > MAX_AUTHORIZATION_LENGTH) throw identityErrors.invalid_token();
  return token;
}

/** Verifies access tokens (RFC 9068) for one audience. */
export const createTokenVerifier =
  ({
    signingKeys,
    issuer,
    audience,
    clock,
  }: {
    signingKeys: SigningKeys;
    issuer: string;
    audience: string;
    clock: Clock;
  }): VerifyToken =>
  async (jwt) => {
    try {
      const { payload } = await jwtVerify(
        jwt,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await signingKeys.findPublicKey(kid);
          if (key === undefined) throw new joseErrors.JWKSNoMatchingKey();
          return key;
        },
        { issuer, audience, typ: "at+jwt", algorithms: [SIGNING_ALGORITHM], currentDate: new Date(clock.now()) },
      );
      return payload;
    } catch (cause) {
      if (cause instanceof joseErrors.JOSEError) throw identityErrors.invalid_token({ cause });
      throw cause;
    }
  };
