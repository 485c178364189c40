import { callRoute, createRealtimeConnection } from '@realtime-session/webrtc';

const connection = createRealtimeConnection(callRoute('/api/realtime-call'), { reconnectLimit: 8 });

const [status, left, problem] = document.querySelectorAll('output');
const [signIn, call, end] = document.querySelectorAll('button');

function show() {
  const state = connection.getState();
  const open = state.status === 'connected' ? state : undefined;
  status.value = state.status;
  call.textContent = open || state.status === 'reconnecting' ? 'Hang up' : 'Call';
  left.value = open?.endsAtMs === undefined ? '' : describeLimits(open.endsAtMs, open.budgetLeft);
  problem.value = 'error' in state ? state.error.message : '';
}

function describeLimits(endsAtMs, dollars = 0) {
  const seconds = Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1000));
  return `${seconds} s and $${dollars.toFixed(3)} left`;
}

connection.subscribe(show);
setInterval(show, 1000);

signIn.onclick = () => fetch('/sign-in', { method: 'POST' });
call.onclick = () => {
  if (call.textContent === 'Hang up') connection.close();
  else connection.connect().catch(() => undefined); // also in the state
};
end.onclick = () => fetch('/end-calls', { method: 'POST' });
