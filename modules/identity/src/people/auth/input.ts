import { APIError } from "better-auth/api";

/** An answer that refuses what was asked, with better-auth's form: a code in capitals and a text that says what to do. */
export const refusal = (code: string, message: string, status: "BAD_REQUEST" | "FORBIDDEN" = "BAD_REQUEST"): APIError =>
  new APIError(status, { code, message });

/** Line breaks, controls, and what turns the direction of the text behind it: a name with them shows as something else. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Refuses a text that is too long, empty, of several lines or of another type; a field that is absent passes. */
export function checkText(body: Record<string, unknown> | undefined, field: string, most: number): undefined {
  const value = body?.[field];
  if (value === undefined || value === null) return;
  if (typeof value === "string" && value.trim() !== "" && value.length <= most && !UNSEEN.test(value)) return;
  throw refusal("INVALID_FIELD", `The field ${field} takes one line of 1 to ${most} characters.`);
}

/** Refuses the address of a picture that is not https. */
export function checkPicture(body: Record<string, unknown> | undefined, field: string): undefined {
  checkText(body, field, 2_048);
  const value = body?.[field];
  if (typeof value === "string" && URL.parse(value)?.protocol !== "https:") {
    throw refusal("INVALID_FIELD", `The field ${field} takes the https address of a picture.`);
  }
}
