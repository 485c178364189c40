// The changelog of changesets. The first release is described by one curated text for each package, `first-release-<package>.md`.
// While these files exist, all other changesets are about versions that were never published, and are not printed.
const { readdirSync } = require('node:fs');
const { default: standard } = require('@changesets/cli/changelog');

const curated = 'first-release-';
const isFirstRelease = readdirSync(__dirname).some((file) => file.startsWith(curated));

module.exports = {
  async getReleaseLine(changeset, ...rest) {
    if (!isFirstRelease) return standard.getReleaseLine(changeset, ...rest);
    return changeset.id.startsWith(curated) ? changeset.summary : '';
  },
  async getDependencyReleaseLine(...args) {
    return isFirstRelease ? '' : standard.getDependencyReleaseLine(...args);
  },
};
