import type { Endpoint, ProviderKind } from "./provider.ts";

/** The API of today, unless a version of the dated one is set: that one names the deployment in its path. */
const byVersion = (path: string, dated: (deployment: string) => string): Endpoint => ({
  path({ model, options: { apiVersion } }) {
    if (apiVersion === undefined || apiVersion === "") return `/openai/v1${path}`;
    return `/openai${dated(encodeURIComponent(model))}${path}?api-version=${encodeURIComponent(apiVersion)}`;
  },
});

const ofDeployment = (deployment: string): string => `/deployments/${deployment}`;

/**
 * Azure OpenAI. A model's name is that of its deployment, and deployments are listed by Azure's control plane alone.
 * https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle
 */
export const azureKind: ProviderKind = {
  kind: "azure",
  title: "Azure OpenAI",
  speaks: {
    "openai-responses": byVersion("/responses", () => ""),
    "openai-chat": byVersion("/chat/completions", ofDeployment),
    embeddings: byVersion("/embeddings", ofDeployment),
  },
  auth: "api-key",
  environmentKey: "AZURE_OPENAI_API_KEY",
  options: {
    apiVersion: {
      describe: "A version of the dated API, such as 2024-10-21; the v1 API, which has none, unless set",
      required: false,
    },
  },
};
