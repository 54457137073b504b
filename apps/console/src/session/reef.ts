import { createReef } from "@reef/sdk";
import { chosenOrganization } from "./chosen-organization.ts";

/** The reef, as the person who is signed in here and within the organization of the moment. */
export const reef = createReef({
  url: location.origin,
  session: true,
  organization: chosenOrganization,
  timeoutSeconds: 20,
  longestPauseSeconds: 5,
});
