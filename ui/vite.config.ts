import { defineConfig } from "vite";

// Relative addresses, so that the page works under any path; the server serves it from its root.
export default defineConfig({
  base: "./",
  build: { target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false },
});
