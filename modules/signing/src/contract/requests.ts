import { idSchema, pageQuery, pageSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import {
  fingerprint,
  MESSAGE_BODY_BYTES,
  message,
  nonce,
  publicKey,
  signature,
  signingRequestSchema,
  signingRequestStatus,
  verificationSchema,
} from "./schemas.ts";

const requestParams = z.object({ signingRequestId: idSchema("sgn") });

/** `?status=pending,expired` */
const statusList = z
  .string()
  .max(64)
  .transform((text) => text.split(","))
  .pipe(z.array(signingRequestStatus));

interface StatelessCheck {
  message?: string | undefined;
  nonce?: string | undefined;
  publicKey?: string | undefined;
  fingerprint?: string | undefined;
}

/** All of what a check without this reef's memory needs, or nothing of it. */
const isWholeCheck = (body: StatelessCheck): boolean => {
  const keys = [body.publicKey, body.fingerprint].filter((key) => key !== undefined).length;
  const given = [body.message, body.nonce].filter((part) => part !== undefined).length;
  return (given === 0 && keys === 0) || (given === 2 && keys === 1);
};

/** Signing requests, and the verification of what was signed. */
export const requestRoutes = {
  createSigningRequest: {
    method: "POST",
    path: "/api/signing-requests",
    summary: "Ask for a message to be signed by the caller's own key",
    description:
      "Decode `signingInput` from base64, sign the bytes with the agent's Ed25519 key, and send the signature to `/api/signing-requests/{signingRequestId}/sign` within 300 seconds. Messages that begin with `reef:` are the reef's own and are refused.",
    access: "crypto:sign",
    limit: "sign",
    idempotent: true,
    bodyLimitBytes: MESSAGE_BODY_BYTES,
    body: z.object({ message }),
    status: 201,
    location: "/api/signing-requests/{id}",
    response: signingRequestSchema,
    errors: ["signing.reserved_message", "signing.too_many_pending"],
  },
  listSigningRequests: {
    method: "GET",
    path: "/api/signing-requests",
    summary: "List the caller's signing requests, newest first; for people those of all agents of the organization",
    access: "crypto:sign",
    people: "member",
    limit: "read",
    query: z.object({
      ...pageQuery,
      status: statusList.optional().describe("Only these: pending, completed, expired, with commas between them"),
    }),
    status: 200,
    response: pageSchema(signingRequestSchema),
    errors: ["list.invalid_cursor"],
  },
  getSigningRequest: {
    method: "GET",
    path: "/api/signing-requests/{signingRequestId}",
    summary: "Get one of the caller's signing requests, or for people one of the organization's agents",
    access: "crypto:sign",
    people: "member",
    needs: "own",
    limit: "read",
    params: requestParams,
    status: 200,
    response: signingRequestSchema,
    errors: ["signing.not_found"],
  },
  submitSignature: {
    method: "POST",
    path: "/api/signing-requests/{signingRequestId}/sign",
    summary: "Answer a signing request with its signature",
    description:
      "Checked by the key that the access token names. A wrong signature completes the request too, with `valid: false`; then make a new request.",
    access: "crypto:sign",
    needs: "own",
    limit: "sign",
    idempotent: true,
    params: requestParams,
    body: z.object({ signature }),
    status: 200,
    response: signingRequestSchema,
    errors: ["signing.not_found", "signing.expired", "signing.already_completed"],
  },
  verifySignature: {
    method: "POST",
    changesNothing: true,
    path: "/api/signatures/verify",
    summary: "Tell whose signature this is",
    description:
      "With the signature alone it is looked up among those that agents of this reef made by signing requests; the message stays unknown but for its SHA-256. With `message`, `nonce` and either `publicKey` or `fingerprint` it is verified by computation, over the frame `reef:v1` ‖ u32be(32) ‖ SHA-256(message) ‖ u32be(length of nonce) ‖ nonce.",
    access: "public",
    limit: "verify",
    bodyLimitBytes: MESSAGE_BODY_BYTES,
    body: z
      .object({
        signature,
        message: message.optional(),
        nonce: nonce.optional(),
        publicKey: publicKey.optional(),
        fingerprint: fingerprint.optional().describe("Of a key that an agent of this reef has or had"),
      })
      .refine(isWholeCheck, "Give the signature alone, or message and nonce with either publicKey or fingerprint"),
    status: 200,
    response: verificationSchema,
    errors: [],
  },
} as const satisfies Record<string, Route>;
