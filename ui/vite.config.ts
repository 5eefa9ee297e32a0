import { defineConfig } from "vite";

// Served by the server from its root, whatever address within the page was asked for.
export default defineConfig({
  base: "/",
  // Only the page names addresses from the root, which the server puts below its base path; files find one another.
  experimental: { renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }) },
  // Packages mark what may run on a server; here everything runs in the browser.
  build: {
    rolldownOptions: {
      // The editor, and a workflow's form, which loads nothing of the canvas.
      input: ["index.html", "form.html"],
      checks: { moduleLevelDirective: false },
    },
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The plotting library, which is loaded with the first plot.
    chunkSizeWarningLimit: 700,
  },
});
