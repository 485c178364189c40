/** In pixels. */
const WIDTH = 720;
const BAR = 22;
const GAP = 10;
const TOP = 52;
const LABELS = 340;
const VALUES = 90;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');

/**
 * A chart of horizontal bars as SVG, which follows the light or dark scheme of its reader.
 *
 * @typedef {object} Plot
 * @property {string} file The name without `.svg`.
 * @property {string} title What the bars are.
 * @property {string} unit Of the values, and which direction is better.
 * @property {readonly { label: string, value: number, text: string, isOurs: boolean }[]} bars
 *
 * @param {Plot} plot
 */
export function renderPlot({ title, unit, bars }) {
  const height = TOP + bars.length * (BAR + GAP) + GAP;
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABELS - VALUES) / longest;
  const lines = bars.map(({ label, value, text, isOurs }, index) => {
    const y = TOP + index * (BAR + GAP);
    const width = Math.max(2, value * scale).toFixed(1);
    const middle = y + BAR / 2 + 5;
    return [
      `  <text x="${LABELS - 10}" y="${middle}" text-anchor="end"${isOurs ? ' class="ours"' : ''}>${escape(label)}</text>`,
      `  <rect x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="3" class="${isOurs ? 'bar-ours' : 'bar'}"/>`,
      `  <text x="${(LABELS + Number(width) + 8).toFixed(1)}" y="${middle}">${escape(text)}</text>`,
    ].join('\n');
  });
  const described = bars.map(({ label, text }) => `${label}: ${text}`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(`${title}. ${described}`).replaceAll('"', '&quot;')}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 15px; font-weight: 600; }
    .unit { fill: #59636e; }
    .ours { font-weight: 600; }
    .bar { fill: #8c959f; }
    .bar-ours { fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .unit { fill: #9198a1; }
      .bar { fill: #6e7681; }
      .bar-ours { fill: #58a6ff; }
    }
  </style>
  <text x="12" y="22" class="title">${escape(title)}</text>
  <text x="12" y="40" class="unit">${escape(unit)}</text>
${lines.join('\n')}
</svg>
`;
}
