/** What the link of a mail about an address is for. Read without proof: for words only, the reef decides. */
export interface MailedToken {
  /** Confirm the address of a new account; allow a change from the old address; make it from the new one. */
  purpose: "confirm" | "allow-change" | "change";
  address: string;
  newAddress: string | undefined;
}

/** Reads the token of such a link; undefined for what is none. */
export function readMailedToken(token: string | undefined): MailedToken | undefined {
  const payload = token?.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
    const { email, updateTo, requestType } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof email !== "string") return undefined;
    if (typeof updateTo !== "string") return { purpose: "confirm", address: email, newAddress: undefined };
    const purpose = requestType === "change-email-confirmation" ? "allow-change" : "change";
    return { purpose, address: email, newAddress: updateTo };
  } catch {
    return undefined;
  }
}
