/** The revisions that Reef speaks and the suite knows. */
export const revisions = ["2026-07-28", "2025-11-25", "2025-06-18"] as const;
export type Revision = (typeof revisions)[number];

/** Scenarios, or single checks of one (`scenario:check`), that do not apply, and why. Anything else has to pass. */
export interface NotApplicable {
  reason: string;
  revisions: readonly Revision[];
  scenarios: readonly string[];
}

const EVERY = revisions;
const WITH_HANDSHAKE = ["2025-11-25", "2025-06-18"] as const;

/** What does not apply to Reef's stack at all, whatever is offered on it. */
const statelessOnly: readonly NotApplicable[] = [
  {
    reason:
      "The server asks the client something in the middle of a call, and the answer comes as a request of its own. " +
      "Without sessions it may reach another process. In the 2026-07-28 revision the same is a multi-round-trip " +
      "request, which needs no session, and all its scenarios pass. No tool of Reef's asks anything.",
    revisions: WITH_HANDSHAKE,
    scenarios: ["tools-call-sampling", "tools-call-elicitation"],
  },
  {
    reason: "The same; these scenarios came with 2025-11-25.",
    revisions: ["2025-11-25"],
    scenarios: ["elicitation-sep1034-defaults", "elicitation-sep1330-enums"],
  },
  {
    reason:
      "A subscription of the 2025 revisions belongs to a session. Reef declares no `subscribe` capability: an agent " +
      "asks again, and what happens in the reef is told by its event streams.",
    revisions: WITH_HANDSHAKE,
    scenarios: ["resources-subscribe", "resources-unsubscribe"],
  },
  {
    reason: "They look at streams that belong to a session and can be resumed; every answer of Reef's ends its own.",
    revisions: ["2025-11-25"],
    scenarios: ["server-sse-multiple-streams", "server-sse-polling"],
  },
];

/** What does not apply to the fixture. */
export const notApplicableToFixture: readonly NotApplicable[] = statelessOnly;

/** What does not apply to `/mcp` itself: the suite calls tools, resources and prompts that only the fixture has. */
export const notApplicableToReef: readonly NotApplicable[] = [
  ...statelessOnly,
  {
    reason: "Calls a tool, resource or prompt of the suite's own by its fixed name; it passes against the fixture.",
    revisions: EVERY,
    scenarios: [
      "tools-call-simple-text",
      "tools-call-image",
      "tools-call-audio",
      "tools-call-embedded-resource",
      "tools-call-mixed-content",
      "tools-call-error",
      "tools-call-with-progress",
      "resources-read-text",
      "resources-read-binary",
      "resources-templates-read",
      "prompts-get-simple",
      "prompts-get-with-args",
      "prompts-get-embedded-resource",
      "prompts-get-with-image",
    ],
  },
  {
    reason: "The same; the tool shows every keyword of JSON Schema 2020-12.",
    revisions: ["2026-07-28", "2025-11-25"],
    scenarios: ["json-schema-2020-12"],
  },
  {
    reason: "Reef declares no completions: none of its arguments has a list of values that is worth completing.",
    revisions: EVERY,
    scenarios: ["completion-complete"],
  },
  {
    reason: "Reef declares no logging: what a tool has to say is in its answer.",
    revisions: WITH_HANDSHAKE,
    scenarios: ["logging-set-level", "tools-call-with-logging"],
  },
  {
    reason:
      "Single checks of this scenario call tools of the suite's own; the others run, and all pass on the fixture.",
    revisions: ["2026-07-28"],
    scenarios: [
      "server-stateless:sep-2575-server-rejects-undeclared-capability",
      "server-stateless:sep-2575-missing-capability-http-400",
      "server-stateless:sep-2575-http-server-no-independent-requests-on-stream",
      "server-stateless:sep-2575-server-no-log-without-loglevel",
    ],
  },
  {
    reason: "No tool of Reef's repeats an argument in a header; the fixture has one that does.",
    revisions: ["2026-07-28"],
    scenarios: ["http-custom-header-server-validation"],
  },
  {
    reason: "No tool of Reef's asks the client for anything, so it never answers that input is required.",
    revisions: ["2026-07-28"],
    scenarios: [
      "input-required-result-basic-elicitation",
      "input-required-result-basic-sampling",
      "input-required-result-basic-list-roots",
      "input-required-result-request-state",
      "input-required-result-multiple-input-requests",
      "input-required-result-multi-round",
      "input-required-result-missing-input-response",
      "input-required-result-non-tool-request",
      "input-required-result-result-type",
      "input-required-result-tampered-state",
      "input-required-result-capability-check",
      "input-required-result-ignore-extra-params",
    ],
  },
];
