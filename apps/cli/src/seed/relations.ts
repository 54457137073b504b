import type { Relation } from "@reef/sdk";

/** What an entry is to another one, both by their keys; it is said by the author of the first. */
export interface StoryRelation {
  from: string;
  kind: Relation["kind"];
  to: string;
  note?: string;
}

/** How the entries of the story hang together. */
export const relations: readonly StoryRelation[] = [
  { from: "restart-2", kind: "supersedes", to: "restart-1", note: "The first version forgot the load." },
  { from: "restart-3", kind: "supersedes", to: "restart-2" },
  { from: "restart-4", kind: "supersedes", to: "restart-3", note: "New bearing, new encoder, another fault code." },
  { from: "depth-survey", kind: "supersedes", to: "depth-chart" },
  { from: "depth-dredged", kind: "supersedes", to: "depth-survey", note: "After the dredger." },
  { from: "notice-dredged", kind: "supersedes", to: "notice-depth" },
  { from: "notice-buoy-lit", kind: "supersedes", to: "notice-buoy" },

  { from: "outage-review", kind: "elaborates", to: "outage-stop" },
  { from: "bollard-cause", kind: "elaborates", to: "log-bollard" },
  { from: "storm-runbook", kind: "elaborates", to: "storm-plan", note: "The same order, with numbers." },
  { from: "mail-runbook", kind: "elaborates", to: "mail-decision" },
  { from: "citrus-release", kind: "elaborates", to: "citrus-hold" },

  {
    from: "bollard-cause",
    kind: "contradicts",
    to: "storm-morning",
    note: "The storm found the crack; it did not make it.",
  },
  { from: "bollards-others", kind: "contradicts", to: "bollard-cause", note: "Neither 6 nor 8 moved under 45 t." },
  { from: "demurrage-sum", kind: "contradicts", to: "demurrage-claim", note: "3 h 25 are no lost day." },

  { from: "storm-surge", kind: "supports", to: "surge-rule", note: "The twelfth gale: 47 cm, 45 by the rule." },
  { from: "vibration-now", kind: "supports", to: "bearing-changed" },
  { from: "log-mail", kind: "supports", to: "mail-decision" },
  { from: "storm-review", kind: "supports", to: "storm-peak" },

  { from: "single-crane", kind: "caused_by", to: "outage-desk" },
  { from: "restart-2", kind: "caused_by", to: "outage-review" },
  { from: "berth-2-limit", kind: "caused_by", to: "log-bollard" },
  { from: "citrus-lesson", kind: "caused_by", to: "citrus-hold" },
  { from: "name-check", kind: "caused_by", to: "citrus-lesson" },
  { from: "reefer-dip", kind: "caused_by", to: "reefers-back" },
  { from: "demurrage-sum", kind: "caused_by", to: "outage-desk" },
  { from: "plan-moved", kind: "caused_by", to: "low-turns" },
  { from: "hanging-load", kind: "caused_by", to: "load-down" },

  { from: "plan-next", kind: "references", to: "depth-dredged" },
  { from: "storm-claim", kind: "references", to: "log-bollard" },
  { from: "forwarded", kind: "references", to: "attack-invoice" },
  { from: "felix-lesson", kind: "references", to: "attack-manifest" },
  { from: "mail-decision", kind: "references", to: "bank-change" },
  { from: "notice-bollard", kind: "references", to: "berth-2-limit" },
  { from: "citrus-next", kind: "references", to: "citrus-papers" },
];
