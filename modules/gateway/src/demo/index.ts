/** Usage for a reef that is looked at; nothing of it is for one in use. */
export { seedUsage, UsageNotInvented, type UsageScenario, usageScenarios } from "./seed-usage.ts";
