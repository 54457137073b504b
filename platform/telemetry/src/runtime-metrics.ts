import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";

const NANOSECONDS_PER_SECOND = 1e9;

/** Reports the Node process itself: event-loop delay, heap, resident memory and uptime. Returns what stops it. */
export function observeRuntime(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  meter
    .createObservableGauge("nodejs_eventloop_delay_p99_seconds", {
      description: "Event-loop delay, 99th percentile since the last scrape, in seconds.",
    })
    .addCallback((result) => {
      // The histogram is NaN until its first sample.
      const seconds = delay.percentile(99) / NANOSECONDS_PER_SECOND;
      result.observe(Number.isFinite(seconds) ? seconds : 0);
      delay.reset();
    });
  meter
    .createObservableGauge("nodejs_heap_used_bytes", { description: "Bytes of the JavaScript heap in use." })
    .addCallback((result) => result.observe(process.memoryUsage().heapUsed));
  meter
    .createObservableGauge("process_resident_memory_bytes", { description: "Resident memory of the process in bytes." })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableGauge("process_uptime_seconds", { description: "Seconds since the process started." })
    .addCallback((result) => result.observe(process.uptime()));
  return () => delay.disable();
}
