import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('these tests run on the React they are meant for', () => {
  const major = process.env['REACT_MAJOR'];
  expect(major).toMatch(/^1[89]$/);
  expect([version, domVersion].map((name) => name.split('.')[0])).toEqual([major, major]);
});
