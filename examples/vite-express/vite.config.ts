import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { PORT = '3000' } = process.env;

export default defineConfig({
  plugins: [react()],
  // While developing, Vite serves the page and hands the rest over to the server. With its host changed on the way, a
  // request of the page would look like one of another site, and be refused.
  server: { proxy: { '/api': { target: `http://127.0.0.1:${PORT}`, changeOrigin: false } } },
});
