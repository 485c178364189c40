import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { PORT = '3000' } = process.env;

export default defineConfig({
  plugins: [react()],
  // In development, Vite serves the page and forwards API requests to the server. Keep the Host header: with a different
  // host, a request from the page looks cross-site and is rejected.
  server: { proxy: { '/api': { target: `http://127.0.0.1:${PORT}`, changeOrigin: false } } },
});
