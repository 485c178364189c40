import { connect } from 'node:net';
import { createHistogram, performance } from 'node:perf_hooks';

const BODY = JSON.stringify({ audio: { output: { voice: 'marin' } } });

/** A prepared browser request, so that sending costs almost nothing. `length` can be larger than the body. */
export function formatRequest(body = BODY, length = body.length) {
  return [
    'POST /api/realtime-session HTTP/1.1',
    'Host: app.example.com',
    `Content-Length: ${length}`,
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    'Authorization: Bearer user-1',
    'Content-Type: application/json',
    'Accept: */*',
    'Origin: https://app.example.com',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    'Referer: https://app.example.com/call',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    '',
    body,
  ].join('\r\n');
}

/** Whether a response is complete, according to its length or its last chunk. */
function isComplete(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= head + 4 + Number(length);
}

/** Opens a keep-alive connection. `mint()` resolves when the response is complete. */
function openConnection(port) {
  const bytes = formatRequest();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
  const mint = () =>
    new Promise((resolve, reject) => {
      let text = '';
      const onData = (chunk) => {
        text += chunk;
        if (!isComplete(text)) return;
        socket.off('data', onData).off('close', onClose);
        if (text.startsWith('HTTP/1.1 200 ')) resolve();
        else reject(new Error(`The server responded with ${text.split('\r\n')[0]}.`));
      };
      const onClose = () => reject(new Error('The server closed the connection.'));
      socket.on('data', onData).on('close', onClose);
      socket.write(bytes);
    });
  return { mint, close: () => socket.destroy() };
}

/**
 * Mints repeatedly over several connections. Each connection sends the next request after the response.
 *
 * @returns the total seconds, and a histogram of nanoseconds per mint.
 */
export async function mintMany(port, { mints, connections }) {
  const times = createHistogram();
  let remaining = mints;
  const work = async ({ mint, close }) => {
    while (remaining-- > 0) {
      const start = performance.now();
      await mint();
      times.record(Math.max(1, Math.round((performance.now() - start) * 1e6)));
    }
    close();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => work(openConnection(port))));
  return { seconds: (performance.now() - start) / 1000, times };
}
