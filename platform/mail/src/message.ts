import type { Id } from "@reef/crypto";
import { z } from "zod";

/** RFC 5321, section 4.5.3.1.3: a path has 256 octets at most, of which two are its brackets. */
const addressSchema = z.email().max(254);

/**
 * A line of a header: printable text only. A line break would end the header, and what follows would be one more of the
 * sender's choice; Unicode's own line breaks and controls are refused with it.
 */
const lineSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "must be one line");

/** A mail to one person, in two forms of the same. */
export const mailSchema = z.strictObject({
  to: addressSchema,
  subject: lineSchema(200),
  text: z.string().min(1).max(100_000),
  html: z.string().min(1).max(400_000),
  template: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .optional()
    .describe("What kind of mail it is, for the log"),
});

/** A mail to one person, in two forms of the same; `template` names its kind for the log, such as `password-reset`. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  template?: string | undefined;
}

/** A mail on its way. */
export interface QueuedMail extends Mail {
  id: Id<"mai">;
}

/** Who mail comes from. */
export interface Sender {
  name: string;
  address: string;
}

/** `Reef <reef@example.org>`, or an address alone. */
export const senderSchema = z.string().transform((text, context): Sender => {
  const { name = "", address = text.trim() } = /^(?<name>[^<>"]*)<(?<address>[^<>]*)>$/.exec(text.trim())?.groups ?? {};
  const sender = z.object({ name: z.union([z.literal(""), lineSchema(100)]), address: addressSchema });
  const parsed = sender.safeParse({ name: name.trim(), address });
  if (parsed.success) return parsed.data;
  context.addIssue({
    code: "custom",
    message: "must be an address, or a name with an address: Reef <reef@example.org>",
  });
  return z.NEVER;
});

/** The domain of an address, which is all of it that a log may hold. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
