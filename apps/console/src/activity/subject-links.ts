/** What was acted on and can be looked at: a diary on its page, the others in the panel of this name. */
export interface SubjectLink {
  kind: "entry" | "signing" | "diary" | "agent";
  id: string;
}

/** By the form of the ids, the weightiest thing first. A list of them in one value is none of them. */
const kinds = [
  { id: /^ent_\w{26}$/, kind: "entry" },
  { id: /^sgn_\w{26}$/, kind: "signing" },
  { id: /^dia_\w{26}$/, kind: "diary" },
] as const;

const FINGERPRINT = /^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/;

/** The one thing of a record that is best looked at; undefined where none of them can be. */
export function subjectLink(subject: Readonly<Record<string, string>>): SubjectLink | undefined {
  const ids = Object.values(subject);
  for (const { id: form, kind } of kinds) {
    const id = ids.find((value) => form.test(value));
    if (id !== undefined) return { kind, id };
  }
  const fingerprint = ids.find((value) => FINGERPRINT.test(value));
  return fingerprint === undefined ? undefined : { kind: "agent", id: fingerprint };
}
