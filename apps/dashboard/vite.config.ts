/** The dashboard's build. Nothing is inlined: the pages are served under `default-src 'self'`. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** What the first screen needs anyway stands in one file, which packs better than many small ones. */
const FIRST =
  /node_modules\/(?:react|react-dom|scheduler|@tanstack(?!.*(?:[iI]nfinite|mutationObserver|useMutation))|wouter)\/|\/src\/(?:api|clock|codes|keys|theme|window|words|client|band)\.ts$|\/src\/(?:live|draw)\/|\/shell\/(?:loading|problem|shell|banners|boundary|live-mark)\.tsx$|\/overview\/(?!no-match|demo-strip|open-incidents)\w[\w-]*\.tsx?$|\/src\/(?:main|app)\.tsx$|rolldown\/runtime/;

export default defineConfig({
  plugins: [react()],
  // React has had this hook itself for long.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  build: {
    // Beside the `assets` folder only index.html and the icon are served.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // What a page's file imports is found when it is read; a list of it all would weigh on the first screen.
      resolveDependencies: (_, files) => files.filter((file) => file.endsWith(".css")),
    },
    target: "es2023",
    // The heart is pure by its own rule, so what is not called need not be sent.
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id) => !id.includes("/packages/core/src/") },
      output: { codeSplitting: { groups: [{ name: "first", test: FIRST }] } },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:4090" } },
});
