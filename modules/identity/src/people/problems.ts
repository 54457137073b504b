import { Problem } from "@reef/errors";
import { accountErrors, findAccountError } from "./errors.ts";

/** What better-auth says when it refuses: its own form, or that of OAuth. */
interface Refusal {
  code?: unknown;
  message?: unknown;
  error?: unknown;
  error_description?: unknown;
  retryAfterSeconds?: unknown;
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** The problem that a refusal of better-auth's is here. */
export function problemOf(status: number, text: string): Problem {
  const refusal = parse(text);
  // The device login uses OAuth's codes also where a person is asked.
  const given = typeof refusal.error === "string" ? `device_${refusal.error}` : refusal.code;
  const known = typeof given === "string" ? findAccountError(given) : undefined;
  const message = typeof refusal.message === "string" ? refusal.message.replace(CONTROL, " ").slice(0, 500) : undefined;
  if (known !== undefined) {
    return accountErrors[known]({
      ...(known === "invalid_field" || known === "invalid_slug" || known === "validation_error"
        ? { detail: message }
        : {}),
      ...(typeof refusal.retryAfterSeconds === "number" && { retryAfterSeconds: refusal.retryAfterSeconds }),
    });
  }
  const { code, title, detail } = accountErrors.refused({ detail: message });
  return new Problem(code, status, title, detail, { internal: { refusal: given } });
}

/** What two requests at the same moment ran into, after each of them had looked; undefined for any other error. */
export function conflictOf(error: unknown): Problem | undefined {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  if (code !== "23505") return undefined;
  if (constraint === "organizations_slug_key") return accountErrors.organization_slug_already_taken();
  if (constraint === "members_organization_id_person_id_key") {
    return accountErrors.user_is_already_a_member_of_this_organization();
  }
  return undefined;
}

function parse(text: string): Refusal {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
