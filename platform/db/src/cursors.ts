import { createHmac } from "node:crypto";
import { constantTimeEqual } from "@reef/crypto";
import { defineErrors } from "@reef/errors";

/** One page of a list. `nextCursor` is null on the last page; `total` is the real count of the whole list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: number;
}

/**
 * A page of `rows`, of which one more than `limit` was asked for: only then it is known whether there is another page.
 */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  total: number,
  cursorOf: (last: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null, total };
}

/** The problems that a list may answer with. */
export const listErrors = defineErrors("list", {
  invalid_cursor: {
    status: 400,
    title: "Invalid cursor",
    public: "The cursor is not one that this list gave. Leave it out to start again from the first page.",
  },
});

/** Makes and reads the opaque cursors of lists. */
export interface Cursors {
  /** The cursor behind which the next page starts; `list` names the list, so that a cursor fits no other one. */
  encode(list: string, position: readonly (string | number)[]): string;
  /** The position that {@link encode} was given. @throws list.invalid_cursor */
  decode(list: string, cursor: string): readonly (string | number)[];
}

/** Cursors signed with `key`, so that a client can neither forge nor edit one. */
export function createCursors(key: Uint8Array): Cursors {
  const sign = (list: string, payload: string) =>
    createHmac("sha256", key).update(`${list}\n${payload}`).digest("base64url").slice(0, 22);
  return {
    encode(list, position) {
      const payload = Buffer.from(JSON.stringify(position)).toString("base64url");
      return `${payload}.${sign(list, payload)}`;
    },
    decode(list, cursor) {
      const [payload = "", signature = ""] = cursor.split(".");
      if (!constantTimeEqual(signature, sign(list, payload))) throw listErrors.invalid_cursor();
      return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    },
  };
}
