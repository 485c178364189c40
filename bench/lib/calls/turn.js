const WORDS = 'Your order left the warehouse this morning and should arrive tomorrow before noon.'.split(' ');

let eventNumber = 0;

const event = (type, members) => {
  eventNumber += 1;
  return JSON.stringify({ type, event_id: `event_${eventNumber}`, ...members });
};

/** The events of one spoken turn as JSON, in the order in which the API mirrors them to a sideband. */
export function createTurn(number) {
  const user = `item_user_${number}`;
  const item = `item_${number}`;
  const id = `resp_${eventNumber}_${number}`;
  const position = { response_id: id, item_id: item, output_index: 0, content_index: 0 };
  const response = { object: 'realtime.response', id, status: 'in_progress', output: [], usage: null };
  const transcript = WORDS.join(' ');
  const content = [{ type: 'output_audio', transcript }];
  return [
    event('input_audio_buffer.speech_started', { audio_start_ms: 100, item_id: user }),
    event('input_audio_buffer.speech_stopped', { audio_end_ms: 2100, item_id: user }),
    event('input_audio_buffer.committed', { previous_item_id: null, item_id: user }),
    event('conversation.item.added', {
      item: { id: user, type: 'message', role: 'user', content: [{ type: 'input_audio', transcript: null }] },
    }),
    event('response.created', { response }),
    event('response.output_item.added', {
      response_id: id,
      output_index: 0,
      item: { id: item, type: 'message', role: 'assistant', content: [] },
    }),
    event('response.content_part.added', { ...position, part: { type: 'output_audio', transcript: '' } }),
    event('output_audio_buffer.started', { response_id: id }),
    ...WORDS.map((word) =>
      event('response.output_audio_transcript.delta', { ...position, delta: `${word} ` }),
    ),
    event('response.output_audio.done', position),
    event('response.output_audio_transcript.done', { ...position, transcript }),
    event('response.content_part.done', { ...position, part: content[0] }),
    event('response.output_item.done', {
      response_id: id,
      output_index: 0,
      item: { id: item, type: 'message', role: 'assistant', status: 'completed', content },
    }),
    event('response.done', {
      response: {
        ...response,
        status: 'completed',
        output: [{ id: item, type: 'message', role: 'assistant', status: 'completed', content }],
        usage: {
          total_tokens: 400,
          input_tokens: 300,
          output_tokens: 100,
          input_token_details: {
            text_tokens: 100,
            audio_tokens: 200,
            image_tokens: 0,
            cached_tokens: 128,
            cached_tokens_details: { text_tokens: 64, audio_tokens: 64, image_tokens: 0 },
          },
          output_token_details: { text_tokens: 20, audio_tokens: 80 },
        },
      },
    }),
    event('conversation.item.input_audio_transcription.completed', {
      item_id: user,
      content_index: 0,
      transcript: 'Where is my order?',
      usage: { type: 'duration', seconds: 2 },
    }),
    event('output_audio_buffer.stopped', { response_id: id }),
    event('rate_limits.updated', {
      rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 39_000, reset_seconds: 1 }],
    }),
  ];
}
