const CHECK_MS = 5_000;
/** A timer that is this late stood still: the machine slept, or the browser froze the page. */
const LATE_MS = 30_000;

/** Tells when the page is back after a sleep, or the network is back after an absence. */
export function onAwake(wake: () => void): () => void {
  let lastTick = Date.now();
  const check = () => {
    const late = Date.now() - lastTick - CHECK_MS;
    lastTick = Date.now();
    if (late > LATE_MS) wake();
  };
  const timer = setInterval(check, CHECK_MS);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("online", wake);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", check);
    window.removeEventListener("online", wake);
  };
}
