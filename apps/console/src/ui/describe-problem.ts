import { type FieldError, ReefError } from "@reef/sdk";

/** A problem in words for people. */
export interface DescribedProblem {
  /** What happened. */
  title: string;
  /** What it means and what to do. */
  detail: string;
  fields: readonly FieldError[];
}

/** Puts what was thrown into words. The reef's own problems say what to do already; the rest is told here. */
export function describeProblem(error: unknown): DescribedProblem {
  if (!(error instanceof ReefError)) {
    return {
      title: "The page has a fault",
      detail: "Nothing was changed by it. Load the page again; if it comes back, tell whoever runs this reef.",
      fields: [],
    };
  }
  const fields = error.errors.map(({ path, message }) => ({ path: path.replace(/^(body|query|path)\./, ""), message }));
  if (error.code === "network") {
    return {
      title: "The reef cannot be reached",
      detail: "Your connection may be down, or the reef is being restarted. What you see may be old until it is back.",
      fields,
    };
  }
  // Other refusals with this status are about something that is counted, and say so themselves.
  if (error.code === "http.rate_limited") {
    const pause = error.retryAfterSeconds === undefined ? "a moment" : secondsInWords(error.retryAfterSeconds);
    return {
      title: "That was too much at once",
      detail: `The reef asks for a pause of ${pause}. Then try again.`,
      fields,
    };
  }
  if (error.code === "http.404") {
    return { title: "There is nothing here", detail: "It was removed, or it is not in your organization.", fields };
  }
  return { title: error.title, detail: error.detail, fields };
}

const secondsInWords = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
