import { contextTools } from "./mcp/context.ts";
import { diaryTools } from "./mcp/diaries.ts";
import { entryTools } from "./mcp/entries.ts";
import { feedTools } from "./mcp/feed.ts";
import { memoryPrompts } from "./mcp/prompts.ts";
import { memoryResources } from "./mcp/resources.ts";
import { searchTools } from "./mcp/search.ts";
import { whoamiTool } from "./mcp/self.ts";
import { sharingTools } from "./mcp/sharing.ts";

/** What the module offers by MCP, as views of its routes. */
export const memoryMcp = {
  tools: [whoamiTool, ...diaryTools, ...entryTools, ...searchTools, ...contextTools, ...sharingTools, ...feedTools],
  resources: memoryResources,
  prompts: memoryPrompts,
};
