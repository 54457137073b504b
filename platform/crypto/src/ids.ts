import { TypeID, typeidUnboxed } from "typeid-js";

/** The prefixes of every kind of thing that has an id (see "Ids" in docs/guides/developing.md). */
export type IdPrefix =
  | "org"
  | "usr"
  | "prg"
  | "agt"
  | "vch"
  | "grp"
  | "dia"
  | "ent"
  | "shr"
  | "trf"
  | "sgn"
  | "evt"
  | "mai"
  | "job"
  | "key"
  | "bud"
  | "prv"
  | "pky"
  | "use"
  | "wsp"
  | "pln"
  | "sub"
  | "per"
  | "inv";

/** A TypeID: a prefix and a UUIDv7 in Crockford base32, for example `dia_01h455vb4pex5vsknk084sn02q`. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`;

/** A new id; ids made later sort later. */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): Id<Prefix> {
  return typeidUnboxed(prefix) as unknown as Id<Prefix>;
}

/**
 * The UUID under a TypeID, as the database stores it. Throws on a malformed id, so validate at the edge first.
 *
 * Any 128 bits will do: a well-formed id whose bits are of no known version of UUID names nothing, but is no mistake.
 */
export function toUuid(id: Id<IdPrefix>): string {
  const digits = Buffer.from(TypeID.fromString(id).toUUIDBytes()).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The TypeID of a stored UUID. */
export function toTypeId<Prefix extends IdPrefix>(prefix: Prefix, uuid: string): Id<Prefix> {
  return TypeID.fromUUID<IdPrefix>(prefix, uuid).toString() as Id<Prefix>;
}
