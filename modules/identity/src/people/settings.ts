import { flagSetting, textSetting } from "@reef/config";
import { z } from "zod";

const clientId = (provider: string) =>
  textSetting().optional().describe(`The client id of this reef at ${provider}; people sign in with it when it is set`);
const clientSecret = (provider: string) =>
  textSetting().optional().describe(`The client secret of this reef at ${provider}`);

/** The settings of people's accounts, by environment variable. */
export const peopleConfig = {
  REEF_ORGANIZATION_HOSTS: flagSetting()
    .default(false)
    .describe(
      "Whether people are signed in at the organizations' own hosts, SLUG.<host of REEF_PUBLIC_URL>, as well; all hosts below it must then lead here",
    ),
  REEF_SIGN_UP: z
    .enum(["invited", "open"])
    .default("invited")
    .describe("Who may make an account: `invited`, who has an invitation to an organization, or `open`, everybody"),
  REEF_GOOGLE_CLIENT_ID: clientId("Google"),
  REEF_GOOGLE_CLIENT_SECRET: clientSecret("Google"),
  REEF_GOOGLE_ISSUER: z.url().default("https://accounts.google.com").describe("The OpenID issuer of Google sign-in"),
  REEF_MICROSOFT_CLIENT_ID: clientId("Microsoft"),
  REEF_MICROSOFT_CLIENT_SECRET: clientSecret("Microsoft"),
  REEF_MICROSOFT_ISSUER: z
    .url()
    .default("https://login.microsoftonline.com/common/v2.0")
    .describe("The OpenID issuer of Microsoft sign-in; with a tenant's id in place of `common`, that tenant alone"),
  REEF_GITHUB_CLIENT_ID: clientId("GitHub"),
  REEF_GITHUB_CLIENT_SECRET: clientSecret("GitHub"),
  REEF_GITHUB_URL: z
    .url()
    .default("https://github.com")
    .describe("The address of GitHub, or of a GitHub Enterprise Server"),
};

export type PeopleConfig = { [Name in keyof typeof peopleConfig]: z.output<(typeof peopleConfig)[Name]> };
