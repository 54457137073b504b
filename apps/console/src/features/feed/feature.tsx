import { Rss } from "lucide-react";
import type { Feature } from "../../app/feature.ts";

/** The public feed of the reef. */
export const feed: Feature = {
  commands: [
    {
      id: "feed.open",
      title: "Read what was made public",
      keywords: "feed public published entries",
      icon: <Rss aria-hidden />,
      to: "/feed",
    },
  ],
};
