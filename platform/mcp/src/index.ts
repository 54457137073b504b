/** The reef by MCP (https://modelcontextprotocol.io): tools, resources and prompts that are views of its routes. */
export type { Offer } from "./create-server.ts";
export type { McpAuthenticator } from "./credentials.ts";
export { type Endpoint, type EndpointOptions, mountEndpoint } from "./endpoint.ts";
export { MCP_PATH, type McpOptions, mountMcp } from "./mount-mcp.ts";
