/** Crockford's base 32 in lower case, as TypeIDs are written (https://github.com/jetify-com/typeid). */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TYPE_ID = /^[a-z]{1,63}_([0-7][0-9a-hjkmnp-tv-z]{25})$/;

/**
 * The UUID in an id of the reef: `/api/auth` names people and organizations by it. What is no such id stays as it is.
 *
 * @example
 * ```ts
 * uuidOf("org_01h455vb4pex5vsknk084sn02q"); // "01890a5d-ac96-774b-bcce-b302099a8057"
 * ```
 */
export function uuidOf(id: string): string {
  const suffix = TYPE_ID.exec(id)?.[1];
  if (suffix === undefined) return id;
  let bits = 0n;
  for (const digit of suffix) bits = bits * 32n + BigInt(DIGITS.indexOf(digit));
  return bits
    .toString(16)
    .padStart(32, "0")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
