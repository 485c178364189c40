import { findShutdowns } from '@realtime-session/protocol';

for (const { path, name, date, replacement } of findShutdowns({ model: 'gpt-realtime' })) {
  console.log(path, name, date, replacement); // model gpt-realtime 2027-01-20 gpt-realtime-2.1
}
