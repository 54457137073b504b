/** Durable workflows on the reef's own database: nothing else sees the engine underneath. */
export { defineWorkflow, PermanentFailure, type Run, type Workflow, type WorkflowOptions } from "./define-workflow.ts";
export type { DeadLetter, DeadLetterList, DeadLetterPosition } from "./store.ts";
export { createWorkflows, type EnqueueOptions, type Workflows, type WorkflowsOptions } from "./workflows.ts";
