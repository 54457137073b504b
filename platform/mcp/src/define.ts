/** What a module declares its part of the MCP surface with. */
export type { Facts, Quotes } from "./quotes.ts";
export { definePrompt, type Prompt, type Resource } from "./resource.ts";
export type { AnswerOf, RouteCall, Session } from "./session.ts";
export { composeTool, defineTool, type Tool, type ToolAnswer } from "./tool.ts";
