/** Layers: react → webrtc → core; server → protocol; emulator, doctor → protocol; core → nothing. */
const only = (from, ...allowed) => ({
  name: `${from}-depends-on-${allowed.join('-and-') || 'nothing'}`,
  severity: 'error',
  from: { path: `^packages/${from}/src` },
  to: { path: '^packages/', pathNot: [from, ...allowed].map((name) => `^packages/${name}/`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Cycles at run time: a type-only import breaks a cycle.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-folder-cycles',
      comment: 'Folders depend on each other in one direction. Imports of types count.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^packages/[^/]+/src/lib/' },
      to: { circular: true, path: '^packages/[^/]+/src/lib/' },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('core'),
    only('protocol'),
    only('react', 'core', 'webrtc'),
    {
      name: 'react-connection-is-a-separate-entry',
      comment: 'Apps that use only tokens do not load the connection code.',
      severity: 'error',
      from: {
        path: '^packages/react/src',
        pathNot: '^packages/react/src/(webrtc|lib/use-realtime-connection|lib/connection-store)\\.ts',
      },
      to: {
        path: '^packages/(webrtc/|react/src/lib/(use-realtime-connection|connection-store))',
        dependencyTypesNot: ['type-only'],
      },
    },
    only('webrtc', 'core'),
    only('server', 'protocol'),
    only('emulator', 'protocol'),
    only('doctor', 'protocol'),
    {
      name: 'core-has-no-dependencies',
      severity: 'error',
      from: { path: '^packages/core/src' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'core'] },
    },
    {
      name: 'core-state-is-pure',
      comment: '`token` and `state` are pure: what they need from the environment is passed in.',
      severity: 'error',
      from: { path: '^packages/core/src/lib/(token|state)/' },
      to: {
        path: '^packages/core/src/lib/',
        pathNot: '^packages/core/src/lib/(token/|state/|token-error\\.ts)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'server-without-adapters-is-not-node',
      comment: 'Only adapters import modules of Node.',
      severity: 'error',
      from: {
        path: '^packages/server/src',
        pathNot: '^packages/server/src/(node\\.ts|lib/adapters/)',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-zod-in-browser-packages',
      severity: 'error',
      from: { path: '^packages/(core|react|webrtc)/src' },
      to: { path: 'node_modules/zod' },
    },
    {
      name: 'examples-use-published-entries',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/([^/]+/(src/lib|dist/lib)|webrtc/src/(?!index))' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '(/dist/|/node_modules/|\\.test\\.)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
    },
  },
};
