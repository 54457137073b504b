import type { ProviderTest } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";
import { describeTest } from "../provider-words.ts";

/** What came of asking a provider, in words. */
export const TestResult = ({ test }: { test: ProviderTest }): ReactNode => (
  <div role="status" className="flex flex-col gap-1 rounded-md border px-3 py-2">
    {test.ok ? <Status state="done">Works</Status> : <Status state="failed">Does not work</Status>}
    <p className="text-13 wrap-anywhere">{describeTest(test)}</p>
  </div>
);
