import { sum, TITLES } from './play.js';

/**
 * What a day came to.
 *
 * @param {readonly { name: string, head: string, chapters: readonly object[] }[]} days One for each subject, the one that shall win first.
 * @param {number} lifetimeS Of the tokens.
 */
export function report(days, lifetimeS) {
  const totals = days.map(({ name, chapters }) => ({ name, ...sum(chapters) }));
  return {
    tables: [
      {
        caption: `Tokens of ${lifetimeS} s: the day`,
        columns: [
          '',
          'mints',
          'dead tokens',
          'failed calls',
          'requests in outages',
          'waited, s',
          'mints against ours',
        ],
        rows: totals.map(({ name, mints, dead, failed, requestsInOutage, waitedMs }) => [
          name,
          mints,
          dead,
          failed,
          requestsInOutage,
          (waitedMs / 1000).toFixed(1),
          (mints / totals[0].mints).toFixed(2),
        ]),
      },
      {
        caption: `Tokens of ${lifetimeS} s: mints by chapter, with what went wrong`,
        columns: ['', ...days.map(({ head }) => head)],
        rows: TITLES.map((title, at) => [title, ...days.map(({ chapters }) => cell(chapters[at]))]),
      },
    ],
    notes: [verdict(totals, lifetimeS), chapterVerdict(days, lifetimeS)],
  };
}

const cell = ({ mints, dead, failed }) =>
  [mints, ...(dead > 0 ? [`${dead} dead`] : []), ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');

function verdict(totals, lifetimeS) {
  const [best] = totals.filter(({ dead }) => dead === 0).sort((one, other) => one.mints - other.mints);
  return `Tokens of ${lifetimeS} s: of those that handed out no dead token, ${best.name} minted least: ${best.mints}.`;
}

function chapterVerdict(days, lifetimeS) {
  const lost = TITLES.flatMap((title, at) => {
    const ours = days[0].chapters[at];
    const cheaper = days.filter(
      ({ chapters }) => chapters[at].mints < ours.mints && sum(chapters).dead === 0,
    );
    return cheaper.map(
      ({ head, chapters }) => `${title} (${head}: ${chapters[at].mints} against ${ours.mints})`,
    );
  });
  const found = lost.length > 0 ? lost.join('; ') : 'none';
  return `Tokens of ${lifetimeS} s: chapters in which one of those minted less than ${days[0].name}: ${found}.`;
}
