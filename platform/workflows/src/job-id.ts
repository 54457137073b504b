import { createHash } from "node:crypto";

/** The job's UUID for a business key: the same key of the same workflow is the same job (UUIDv8 over SHA-256, RFC 9562). */
export function jobIdOf(workflow: string, id: string): string {
  const bytes = createHash("sha256").update(`${workflow}\n${id}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
