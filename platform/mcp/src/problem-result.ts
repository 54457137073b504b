import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Problem } from "@reef/errors";
import { findNextStep, withoutRest } from "./next-steps.ts";

/**
 * A problem as a tool's answer: what went wrong, which fields, and what to do next. A model can act on it, where a
 * protocol error would only tell it that the call failed.
 */
export function problemResult(
  problem: Problem,
  requestId: string,
  nextSteps: Readonly<Record<string, string>> = {},
): CallToolResult {
  return { isError: true, content: [{ type: "text", text: problemText(problem, requestId, nextSteps) }] };
}

/** The text of a problem for a model. */
export function problemText(
  problem: Problem,
  requestId: string,
  nextSteps: Readonly<Record<string, string>> = {},
): string {
  const { errors = [], retryAfterSeconds } = problem.options;
  const next = findNextStep(problem, nextSteps);
  return [
    isMalformedId(problem) ? "This is not an id of anything here." : withoutRest(problem.detail) || `${problem.title}.`,
    ...errors.map(({ path, message }) => `- ${parameterName(path)}: ${message}`),
    ...(retryAfterSeconds === undefined ? [] : [`Try again after ${retryAfterSeconds} seconds.`]),
    ...(next === undefined ? [] : [`Next: ${next}`]),
    `(${problem.code}, status ${problem.status}, request ${requestId})`,
  ].join("\n");
}

/** An id that cannot be one names nothing, and REST's text about it speaks of a path that there is not. */
const isMalformedId = ({ code }: Problem): boolean => code === "http.not_found";

/** `body.entryType` is the parameter `entry_type`. */
const parameterName = (path: string): string =>
  path
    .split(".")
    .slice(1)
    .join(".")
    .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
