/** The plots of the first screen, in order. */
const PLOTS = ['voice-stack', 'click', 'server'];

const ratio = (value) => value.toFixed(value < 10 ? 1 : 0);
const fine = (value) => value.toFixed(2);
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/** What the first screen says, one line for each row. A row that has not run is left out. */
const headlines = {
  'voice-stack': ({ oursBytes, tanstack, aiSdk, livekit, oursPlainBytes, agents }) =>
    `**Bundle.** A voice call in React loads ${kilobytes(oursBytes)} kB of ours. TanStack AI loads ${ratio(tanstack)} times as much, LiveKit ${ratio(livekit)} times, the AI SDK ${ratio(aiSdk)} times. Without a framework, ours is ${kilobytes(oursPlainBytes)} kB, and \`@openai/agents-realtime\` ${ratio(agents)} times as much.`,
  click: ({ latencyMs, mounted, first }) =>
    `**Wait.** If a mint takes ${latencyMs} ms, the first event after a click arrives after ${fine(mounted)} of the time that the official samples need, because the token is already there. The very first call takes ${fine(first)} of it.`,
  mints: ({ sample, leased, rejectedAtMount, rejected }) =>
    `**Mints.** During a simulated day, the official samples mint ${ratio(sample)} times as many tokens as ours on demand, and a lease ${ratio(leased)} times as many. ${rejected === 0 ? 'None' : rejected} of ours was rejected; with one mint at mount, ${rejectedAtMount} were.`,
  server: ({ toSample, addedMs }) =>
    `**Mint route.** In Express, ours costs ${fine(toSample)} times the CPU time of the route of the official samples, which checks nothing. It adds ${fine(addedMs)} ms to a mint.`,
  'call-creation': ({ cpu, addedMs }) =>
    `**Calls.** Creating, limiting and ending a call costs ${fine(cpu)} times the CPU time of the sample's route, which only creates it, and adds ${fine(addedMs)} ms to the creation.`,
};

const losses = {
  server: ({ toProxy, toSample }) =>
    `CPU of a mint: ${fine(toSample)} times the sample, ${fine(toProxy)} times a bare proxy. The checks, two limits and the signal that ends the request with its client cost that. A mint over the Internet waits for the API for at least a hundred milliseconds.`,
  'supervised-calls': ({ calls, heap, heapBytes, cpu }) =>
    `Memory of a supervised call: ${kilobytes(heapBytes)} kB, ${ratio(heap)} times a supervisor by hand, with ${fine(cpu)} times its CPU time at ${calls} calls. It holds every limit, the budget and what is needed to attach again.`,
  'warm-read': ({ ours, smithy }) =>
    `Reading an existing token: ${fine(ours / smithy)} times \`@smithy/core\`, because ours reads two clocks to survive one that was set.`,
  bundle: ({ smithy, swr }) =>
    `Keeping a token, without a call: \`@smithy/core\` is ${fine(smithy)} and SWR ${fine(swr)} of the size of ours. They have no timer for the expiry, or do not know it.`,
  'server-slow-clients': ({ heap }) =>
    `Memory under slow clients in Express: ${ratio(heap)} times a bare proxy, until ours closes them after \`timeoutMs\`.`,
  'cold-start': ({ ratio: times }) =>
    `Starting: \`npm start\` needs ${ratio(times)} times the time of an empty page of \`node:http\`, because it also starts the emulator.`,
};

/**
 * The first screen of RESULTS.md.
 *
 * @param {readonly object[]} results The saved results of all rows.
 */
export function renderSummary(results) {
  const byId = new Map(results.map((result) => [result.id, result]));
  const linesOf = (texts) =>
    Object.entries(texts)
      .filter(([id]) => Object.keys(byId.get(id)?.figures ?? {}).length > 0)
      .map(([id, describe]) => ({ text: describe(byId.get(id).figures), title: byId.get(id).title }))
      .map(({ text, title }) => `${text} [Table](#${anchorOf(title)})`);
  const plots = PLOTS.flatMap((id) => {
    const plot = byId.get(id)?.plot;
    return plot === undefined ? [] : [`![${plot.title}](plots/${plot.file}.svg)`];
  });
  return [
    'Ours, compared with what an app uses instead: the official samples by hand, `@openai/agents-realtime`, the AI SDK, TanStack AI and LiveKit for calls, and SWR, TanStack Query, `@smithy/core` and the clients of identity providers for tokens. All of them run in the same round on the same machine. Compare the ratios: times depend on the machine.',
    linesOf(headlines)
      .map((line, index) => `${index + 1}. ${line}`)
      .join('\n'),
    '**Where ours loses, and why**',
    linesOf(losses)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...plots,
  ].join('\n\n');
}

/** The anchor of a heading on GitHub. */
function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
