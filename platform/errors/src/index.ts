/** One class for every failure that a caller may see, and one code table per module. */
export { defineErrors, type ErrorDefinition, type ErrorTable } from "./define-errors.ts";
export { type FieldError, Problem, type ProblemDocument, type ProblemOptions } from "./problem.ts";
