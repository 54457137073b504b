/** HTTP by declaration: routes as data, and one pipeline that identifies, limits, validates, answers and explains. */
export {
  type AccountCaller,
  type Action,
  type ActionRecorder,
  type AgentCaller,
  type Authenticator,
  byBearerToken,
  type Call,
  type Caller,
  callerId,
  type MemberCaller,
  type OrganizationDirectory,
  type PersonCaller,
  type SignedRequest,
  type TokenAuthenticator,
} from "./call.ts";
export { clientAddress, networkOf } from "./client-address.ts";
export { type AppOptions, answerProblem, createApp, type HttpApp } from "./create-app.ts";
export { httpErrors, idempotencyErrors } from "./errors.ts";
export { createEventStreams, type EventStreams } from "./event-stream.ts";
export { type HttpContext, requestIdOf } from "./handle-route.ts";
export { createIdempotency, type Idempotency, idempotencyMigrations } from "./idempotency.ts";
export { createLimits, type Limits, limitHeaders } from "./limits.ts";
export { createOpenApiDocument, peopleInWords } from "./openapi.ts";
export { addPages } from "./pages.ts";
export { parseValues, type RequestSchemas, type RequestValues, requestSchemas } from "./parse-request.ts";
export { type PerformDependencies, performRoute, type RouteRequest, requireAdmission } from "./perform.ts";
export { asProblem } from "./problem-response.ts";
export {
  createPublicLookup,
  isPublicAddress,
  PrivateAddressError,
  type ResolvedAddress,
  resolveHost,
  resolvePublicAddress,
} from "./public-address.ts";
export { type Handler, implement, type MountedRoute } from "./routes.ts";
export { type RequestPlane, type RunningServer, serve } from "./serve.ts";
