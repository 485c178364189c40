import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { VoiceCall } from './voice-call';

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no element #root.');
createRoot(root).render(
  <StrictMode>
    <VoiceCall />
  </StrictMode>,
);
