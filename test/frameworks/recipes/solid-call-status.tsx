/** @jsxImportSource solid-js */
import { createTokenState } from './solid';
import { tokens } from './tokens';

export function CallStatus() {
  const state = createTokenState(tokens);
  const text = () => {
    const now = state();
    return now.status === 'failed' ? now.error.message : now.status;
  };
  return <p>{text()}</p>;
}
