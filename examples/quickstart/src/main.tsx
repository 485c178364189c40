import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadPageConfig } from './page-config.ts';
import './page.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root".');

const config = await loadPageConfig();
createRoot(root).render(
  <StrictMode>
    <App config={config} />
  </StrictMode>,
);
