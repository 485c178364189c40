import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { RealtimeSessionProvider } from '@realtime-session/react';
import { act, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { CallButton } from './call-button';

test('allows a call ten minutes after the page was opened', async () => {
  const [environment, route] = [createManualEnvironment(), createScriptedFetcher()];
  const options = { environment, fetchToken: route.fetchToken };
  route.script({ value: 'ek_1', expires_in: 300 }, { value: 'ek_2', expires_in: 600 });
  render(<CallButton />, { wrapper: (props) => <RealtimeSessionProvider options={options} {...props} /> });
  await act(() => environment.clock.advance(600_000));
  expect(screen.getByRole('button').textContent).toBe('Call');
  expect(route.calls).toHaveLength(2);
});
