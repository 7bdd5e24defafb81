import { defineConfig } from "vite";

// One classic script for the pages of any shop; the server puts its configuration in front.
export default defineConfig({
  build: {
    target: "es2019",
    outDir: "dist",
    emptyOutDir: true,
    copyPublicDir: false,
    lib: { entry: "src/index.ts", formats: ["iife"], name: "relanceSnippet", fileName: () => "snippet.js" },
  },
});
