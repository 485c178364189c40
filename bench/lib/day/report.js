import { sumCounts, TITLES } from './run-day.js';

/**
 * The tables and notes of a day.
 *
 * @param {readonly { name: string, shortName: string, chapters: readonly object[] }[]} days One for each client, ours first.
 * @param {number} lifetimeS Lifetime of the tokens.
 */
export function createReport(days, lifetimeS) {
  const totals = days.map(({ name, chapters }) => ({ name, ...sumCounts(chapters) }));
  return {
    tables: [
      {
        caption: `Lifetime ${lifetimeS} s: the day`,
        columns: [
          '',
          'mints',
          'rejected tokens',
          'failed calls',
          'requests during outages',
          'waiting time, s',
          'mints, relative to ours',
        ],
        rows: totals.map(({ name, mints, rejected, failed, outageRequests, waitedMs }) => [
          name,
          mints,
          rejected,
          failed,
          outageRequests,
          (waitedMs / 1000).toFixed(1),
          (mints / totals[0].mints).toFixed(2),
        ]),
      },
      {
        caption: `Lifetime ${lifetimeS} s: mints by chapter, with rejected tokens and failed calls`,
        columns: ['', ...days.map(({ shortName }) => shortName)],
        rows: TITLES.map((title, index) => [title, ...days.map(({ chapters }) => cell(chapters[index]))]),
      },
    ],
    notes: [describeBest(totals, lifetimeS), describeLostChapters(days, lifetimeS)],
  };
}

const cell = ({ mints, rejected, failed }) =>
  [
    mints,
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(', ');

function describeBest(totals, lifetimeS) {
  const [best] = totals
    .filter(({ rejected }) => rejected === 0)
    .sort((one, other) => one.mints - other.mints);
  return `Lifetime ${lifetimeS} s: among the clients without rejected tokens, “${best.name}” minted least: ${best.mints}.`;
}

function describeLostChapters(days, lifetimeS) {
  const lost = TITLES.flatMap((title, index) => {
    const ours = days[0].chapters[index];
    const cheaper = days.filter(
      ({ chapters }) => chapters[index].mints < ours.mints && sumCounts(chapters).rejected === 0,
    );
    return cheaper.map(
      ({ shortName, chapters }) => `${title} (${shortName}: ${chapters[index].mints}, ours: ${ours.mints})`,
    );
  });
  const found = lost.length > 0 ? lost.join('; ') : 'none';
  return `Lifetime ${lifetimeS} s: chapters in which one of those clients minted less than “${days[0].name}”: ${found}.`;
}
