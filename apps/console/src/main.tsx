import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient, router } from "./app/router.tsx";
import "./theme/console.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

// A page that the browser kept whole may belong to a session that has ended meanwhile.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
