/** The part of oidc-provider 9.13 that Reef uses. The package has no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Client {
    readonly clientId: string;
    readonly clientAuthMethod: string;
    readonly clientSecret: string | undefined;
  }

  /** A Koa context with the state of the OAuth request. */
  export interface ProviderContext {
    body: unknown;
    type: string;
    cookies: { secure: boolean };
    set(name: string, value: string): void;
    oidc?: {
      route: string;
      client?: Client;
      params?: Record<string, string | undefined>;
      provider: Provider;
      session?: { destroyed?: boolean };
      /** What an interaction ended with. */
      result?: { consent?: { grantId: string } };
    };
  }

  /** What is kept of a model, by id. */
  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, lifeSeconds: number): Promise<void>;
    find(id: string): Promise<object | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  /** An authorization request that waits for an answer. */
  export interface Interaction {
    readonly uid: string;
    /** When it ends, in seconds since 1970. */
    readonly exp: number;
    readonly params: Record<string, string | undefined>;
    /** Where it goes on. */
    readonly returnTo: string;
    readonly result?: InteractionResult;
  }

  export type InteractionResult =
    | { login: { accountId: string; remember: boolean }; consent: { grantId: string } }
    | { error: string; error_description: string };

  export interface Grant {
    addResourceScope(resource: string, scope: string): void;
    /** Stores it and gives its id. */
    save(): Promise<string>;
  }

  export class OIDCProviderError extends Error {
    readonly error: string;
    readonly error_detail?: string;
  }

  type Described = new (description: string) => OIDCProviderError;

  export const errors: {
    InvalidClient: Described;
    InvalidClientAuth: Described;
    InvalidGrant: Described;
    InvalidRequest: Described;
    InvalidScope: new (description: string, scope: string) => OIDCProviderError;
    InvalidTarget: Described;
    SessionNotFound: Described;
    UnauthorizedClient: Described;
  };

  export const interactionPolicy: {
    Prompt: new (options: { name: string; requestable: boolean }, ...checks: object[]) => object;
    Check: new (
      reason: string,
      description: string,
      error: string,
      check: (context: ProviderContext) => boolean,
    ) => object;
  };

  export class Provider {
    constructor(issuer: string, configuration: object);
    /** The context of the request that is being answered here. */
    static readonly ctx: ProviderContext | undefined;
    readonly Client: { prototype: { compareClientSecret(this: Client, secret: string): boolean } };
    readonly Grant: {
      new (content: { jti?: string; accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly OIDCContext: { prototype: { urlFor(name: string, options?: object): string } };
    readonly ReplayDetection: { unique(issuer: string, jti: string, expiresAtSeconds: number): Promise<boolean> };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    /** The interaction that the request's cookie names. @throws SessionNotFound */
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    /** Ends an interaction, and tells where it goes on. */
    interactionResult(request: IncomingMessage, response: ServerResponse, result: InteractionResult): Promise<string>;
    urlFor(name: string, options?: object): string;
    use(middleware: (context: ProviderContext, next: () => Promise<void>) => Promise<void>): this;
    on(
      event: "grant.error" | "authorization.error" | "server_error",
      listener: (context: ProviderContext, error: OIDCProviderError) => void,
    ): this;
    on(event: "authorization.success", listener: (context: ProviderContext) => void): this;
  }
}
