import { onSignedOut, onStatus, onText, start, stop, toggleMute } from './voice';

function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`There is no #${id}.`);
  return element as T;
}

const mute = find<HTMLButtonElement>('mute');
find<HTMLButtonElement>('start').onclick = () => start();
find<HTMLButtonElement>('stop').onclick = () => {
  stop();
  mute.textContent = 'Mute';
};
mute.onclick = () => (mute.textContent = toggleMute() ? 'Unmute' : 'Mute');
onStatus((status) => (find('status').textContent = status));
onText((speaker, text) => find(speaker).append(text));
onSignedOut(() => (find('sign-in').hidden = false));
