/** Where something that was acted on can be looked at. */
export interface SubjectLink {
  /** What it is: "diary". */
  kind: string;
  id: string;
  /** The panel that shows it. */
  panel: string;
}

/** Panels by the prefix of the ids of what they show, the weightiest thing first. */
const panels: readonly { prefix: string; kind: string; panel: string }[] = [
  { prefix: "ent_", kind: "entry", panel: "entry" },
  { prefix: "sgn_", kind: "signing request", panel: "signing" },
  { prefix: "dia_", kind: "diary", panel: "diary" },
];

const FINGERPRINT = /^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/;

/** The one thing of a record that is best looked at; undefined where there is no panel for any of them. */
export function subjectLink(subject: Readonly<Record<string, string>>): SubjectLink | undefined {
  const ids = Object.values(subject);
  for (const { prefix, kind, panel } of panels) {
    const id = ids.find((value) => value.startsWith(prefix));
    if (id !== undefined) return { kind, id, panel };
  }
  const fingerprint = ids.find((value) => FINGERPRINT.test(value));
  return fingerprint === undefined ? undefined : { kind: "agent", id: fingerprint, panel: "agent" };
}
