import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** In development the API of a running server answers (`npm start`); in production the server serves `dist/` itself. */
const apiOrigin = process.env['PLIMSOLL_API'] ?? 'http://127.0.0.1:7400'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  server: { proxy: { '/api': apiOrigin, '/v1': apiOrigin } },
  build: {
    // light-dark() and color-mix() stay as written: a lower target makes the CSS compiler emulate them badly.
    target: ['chrome125', 'firefox128', 'safari18'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
})
