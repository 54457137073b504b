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
    oidc?: {
      route: string;
      client?: Client;
      params?: Record<string, string | undefined>;
    };
  }

  export interface Adapter {
    find(id: string): Promise<object | undefined>;
  }

  export class OIDCProviderError extends Error {
    readonly error: string;
    readonly error_detail?: string;
  }

  export const errors: {
    InvalidClientAuth: new (detail: string) => OIDCProviderError;
    InvalidScope: new (description: string, scope: string) => OIDCProviderError;
    InvalidTarget: new (description: string) => OIDCProviderError;
    UnauthorizedClient: new (description: string) => OIDCProviderError;
  };

  export class Provider {
    constructor(issuer: string, configuration: object);
    /** The context of the request that is being answered here. */
    static readonly ctx: ProviderContext | undefined;
    readonly Client: { prototype: { compareClientSecret(this: Client, secret: string): boolean } };
    readonly OIDCContext: { prototype: { urlFor(name: string, options?: object): string } };
    readonly ReplayDetection: { unique(issuer: string, jti: string, expiresAtSeconds: number): Promise<boolean> };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    urlFor(name: string, options?: object): string;
    use(middleware: (context: ProviderContext, next: () => Promise<void>) => Promise<void>): this;
    on(
      event: "grant.error" | "server_error",
      listener: (context: ProviderContext, error: OIDCProviderError) => void,
    ): this;
  }
}
