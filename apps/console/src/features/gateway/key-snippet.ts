/** How the client of OpenAI calls the reef; every other program that lets one set a base URL does the same. */
export const keySnippet = ({ url, secret, model }: { url: string; secret: string; model: string }): string =>
  [
    'import OpenAI from "openai";',
    "",
    "const openai = new OpenAI({",
    `  baseURL: ${JSON.stringify(`${url}/v1`)},`,
    `  apiKey: ${JSON.stringify(secret)},`,
    "});",
    "",
    "const answer = await openai.chat.completions.create({",
    `  model: ${JSON.stringify(model)},`,
    '  messages: [{ role: "user", content: "Hello" }],',
    "});",
  ].join("\n");

/** The variables of the environment that most programs read in place of it. */
export const keyEnvironment = ({ url, secret }: { url: string; secret: string }): string =>
  `OPENAI_BASE_URL=${url}/v1\nOPENAI_API_KEY=${secret}`;
