import type { DatabaseHandle } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import { createAnswerCache, type QuestionEncoder } from "./plane/cache/answer-cache.ts";
import { createCaptures } from "./plane/capture/captures.ts";
import { createCacheService } from "./service/cache.ts";
import { createCaptureService } from "./service/captures.ts";

/** What is kept of calls beside their record, where their keys say so: for the plane, for people, and for keys. */
export function createKeeping(dependencies: {
  database: Pick<DatabaseHandle, "kysely">;
  masterSecret: string;
  logger: Logger;
  encoder: QuestionEncoder | undefined;
}) {
  const { masterSecret, encoder } = dependencies;
  const captures = createCaptures(dependencies);
  const cache = createAnswerCache(dependencies);
  const service = createCaptureService({ masterSecret, onPurged: captures.sweepSoon });
  return {
    plane: { captures, cache },
    services: { captures: service, cache: createCacheService() },
    ofKeys: { captures: service, hasEncoder: encoder !== undefined },
    loops: [captures.loop, cache.loop],
    close: captures.close,
  };
}
