/** What tests of routes share, apart from the rest so that only they load the server. */
export { newAgent, newPerson } from "./callers.ts";
export { type Answer, type AnyBody, type ServedRoutes, serveRoutes } from "./serve-routes.ts";
