import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('the tests run on the intended React version', () => {
  const major = process.env['REACT_MAJOR'];
  expect(major).toMatch(/^1[89]$/);
  expect([version, domVersion].map((name) => name.split('.')[0])).toEqual([major, major]);
});
