export const body = {
  expires_after: { anchor: 'created_at', seconds: 120 },
  session: { type: 'realtime', model: 'gpt-realtime-2.1' },
};
