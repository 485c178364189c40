import { bearerToken, createSessionHandler } from '@realtime-session/server';
import { findUser } from './access-tokens';

export const route = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => findUser(bearerToken(request)),
  allowedOrigins: [
    'app://example', // Electron, with a custom scheme
    'tauri://localhost', // Tauri on macOS, iOS and Linux
    'http://tauri.localhost', // Tauri on Windows and Android
    'capacitor://localhost', // Capacitor on iOS
    'https://localhost', // Capacitor on Android
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop', // your extension
  ],
  session: { model: 'gpt-realtime-2.1' },
});
