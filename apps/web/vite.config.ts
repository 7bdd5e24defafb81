import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const SERVER = "http://127.0.0.1:3000";

// The server's content policy is `script-src 'self'`: no inline script may come out of the build.
export default defineConfig({
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": SERVER, "/v1": SERVER } },
});
