import { createHash } from "node:crypto";
import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import type { Dispatcher } from "undici";
import { type ProviderConnection, ProviderRefusal } from "../provider.ts";
import { createRequestHandler } from "./request-handler.ts";

/** A region's name becomes part of what is signed. */
const REGION = /^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** `ACCESS_KEY_ID:SECRET` and, for temporary ones, `:SESSION_TOKEN`. Whatever else it is, it is a Bedrock API key. */
const CREDENTIALS = /^(?<accessKeyId>[A-Z0-9]{16,128}):(?<secretAccessKey>[^:\s]+)(?::(?<sessionToken>[^:\s]+))?$/;

/** AWS's library, loaded when the first call needs it: most reefs never do, and it is large. */
export const loadSdk = () => import("@aws-sdk/client-bedrock-runtime");

/** Clients that are kept, for each dispatcher: to make one takes milliseconds. */
const MOST_CLIENTS = 100;
const clients = new WeakMap<Dispatcher, Map<string, BedrockRuntimeClient>>();

/** The client for these connections, this region and this key. @throws ProviderRefusal for a region or a key that is none. */
export async function clientFor(connection: ProviderConnection): Promise<BedrockRuntimeClient> {
  const { baseUrl, options, apiKey, dispatcher } = connection;
  const known = clients.get(dispatcher) ?? new Map<string, BedrockRuntimeClient>();
  clients.set(dispatcher, known);
  const name = createHash("sha256")
    .update(JSON.stringify([baseUrl, options.region, apiKey]))
    .digest("base64");
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = await createClient(connection);
  const [oldest] = known.keys();
  // It has no connections of its own, so there is nothing to close.
  if (known.size >= MOST_CLIENTS && oldest !== undefined) known.delete(oldest);
  known.set(name, made);
  return made;
}

/**
 * A client. Nothing is read from the environment or from AWS's files of this machine: what is there belongs to
 * whoever runs the reef, and the provider may be anybody's.
 */
async function createClient(connection: ProviderConnection): Promise<BedrockRuntimeClient> {
  const { BedrockRuntimeClient } = await loadSdk();
  return new BedrockRuntimeClient({
    region: regionOf(connection),
    endpoint: connection.baseUrl,
    ...authOf(connection.apiKey),
    requestHandler: createRequestHandler(connection.dispatcher),
    // The gateway tries again itself, where and when it is safe.
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: "",
    disableClockSkewCorrection: false,
  });
}

/** The region of the setting, or the one that the address names: `https://bedrock-runtime.eu-central-1.amazonaws.com`. */
function regionOf({ baseUrl, options }: ProviderConnection): string {
  const region = options.region ?? /\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(baseUrl)?.[1] ?? "";
  if (REGION.test(region)) return region;
  const message = "The provider has no region, or one that cannot be: set its option region, such as eu-central-1.";
  throw new ProviderRefusal({ status: 400, code: "bad_region", message });
}

function authOf(apiKey: string): BedrockRuntimeClientConfig {
  const { accessKeyId, secretAccessKey, sessionToken } = CREDENTIALS.exec(apiKey)?.groups ?? {};
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return {
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      authSchemePreference: ["sigv4"],
    };
  }
  if (!/^[\w+/=.-]+$/.test(apiKey)) {
    const message =
      "The provider's key is none of AWS: it is ACCESS_KEY_ID:SECRET[:SESSION_TOKEN], or a Bedrock API key.";
    throw new ProviderRefusal({ status: 401, code: "bad_key", message });
  }
  return {
    // The library's own way to send such a key looks into the environment first.
    httpAuthSchemes: [
      {
        schemeId: "smithy.api#httpBearerAuth",
        identityProvider: () => async () => ({}),
        signer: {
          async sign(request) {
            request.headers.authorization = `Bearer ${apiKey}`;
            return request;
          },
        },
      },
    ],
    authSchemePreference: ["httpBearerAuth"],
  };
}
