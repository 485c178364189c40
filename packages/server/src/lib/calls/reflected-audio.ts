/** Events with which a Live sideband repeats all audio: 64 kB/s for each direction. */
const INPUT = '"type":"session.input_audio.append"';
const OUTPUT = '"type":"session.output_audio.delta"';

/** No other part of an event is as large. */
const MIN_AUDIO_BYTES = 256;

/** Longest text that can be compared, with optional spaces. */
const EDGE_BYTES = 64;

const latin1 = new TextDecoder('latin1');

interface MessageEdges {
  readonly start: string;
  readonly end: string;
}

/** The first and the last characters of a message without spaces: bytes, or a text in Bun. */
function readEdges(data: unknown): MessageEdges | undefined {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) return undefined;
  if (data.length < MIN_AUDIO_BYTES) return undefined;
  const [start, end] = [data.slice(0, EDGE_BYTES), data.slice(-EDGE_BYTES)].map((edge) =>
    (typeof edge === 'string' ? edge : latin1.decode(edge)).replaceAll(/\s/g, ''),
  );
  return start === undefined || end === undefined ? undefined : { start, end };
}

/**
 * Whether `member` is the first or the last member of a JSON object. Neither can be a part of a text, whose quotation marks have
 * backslashes, or of an inner object, which is followed by another brace.
 */
function hasMember({ start, end }: MessageEdges, member: string): boolean {
  return start.startsWith(`{${member},`) || end.endsWith(`,${member}}`);
}

/**
 * Creates a function that finds reflected audio before it is parsed, for one sideband. It lets the first input frame through, which
 * shows that the page has connected. Audio that it does not recognize is parsed and then ignored.
 */
export function createAudioFilter(): (data: unknown) => boolean {
  let input: 'unseen' | 'seen' = 'unseen';
  return (data) => {
    const edges = readEdges(data);
    if (edges === undefined) return false;
    if (hasMember(edges, OUTPUT)) return true;
    if (!hasMember(edges, INPUT)) return false;
    const isFirst = input === 'unseen';
    input = 'seen';
    return !isFirst;
  };
}
