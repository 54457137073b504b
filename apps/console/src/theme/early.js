// Runs before the first paint, so that nobody sees the other theme flash by. It must not throw: storage may be forbidden.
(() => {
  try {
    const chosen = localStorage.getItem("reef.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Then the system's theme stays.
  }
})();
