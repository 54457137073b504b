import type { Query, QueryClient } from "@tanstack/react-query";

interface Renewal {
  /** Which queries; all unless given. */
  predicate?: (query: Query) => boolean;
  /** Whether a fetch that is on its way is given up for a new one, because its answer may never come. */
  cancelRefetch: boolean;
}

/** Fetches that are on their way and will be followed by another one. */
const followed = new WeakSet<Promise<unknown>>();

/**
 * Fetches again what may have changed. An answer that is on its way may be from before the change, and would count as fresh:
 * it is waited for, as changes may come faster than answers, and then asked for once more.
 */
export function renewQueries(queryClient: QueryClient, { predicate, cancelRefetch }: Renewal): void {
  const filters = predicate === undefined ? {} : { predicate };
  for (const query of queryClient.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" })) {
    // The library begins no other fetch anew than one of what is shown already.
    const isBegunAnew = cancelRefetch && query.isActive() && query.state.data !== undefined;
    if (!isBegunAnew) renewBehind(queryClient, query);
  }
  void queryClient.invalidateQueries(filters, { cancelRefetch });
}

function renewBehind(queryClient: QueryClient, { queryKey, promise }: Query): void {
  if (promise === undefined || followed.has(promise)) return;
  followed.add(promise);
  const renew = () =>
    renewQueries(queryClient, { predicate: (query) => query.queryKey === queryKey, cancelRefetch: false });
  // The answer is kept a moment after it came. One that failed is said, and asked for again by whoever reads that.
  promise.then(
    () => setTimeout(renew),
    () => undefined,
  );
}
