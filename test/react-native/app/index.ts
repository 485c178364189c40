import { chaiGlobals } from './globals.ts';
import { runCases } from '../../runtimes/suite/case.ts';
import { lifecycleCases } from '../../runtimes/suite/lifecycle-cases.ts';
import { appCases } from './cases.tsx';

declare const print: (text: string) => void;

for (const name of Object.keys(chaiGlobals)) Reflect.deleteProperty(globalThis, name);
void runCases([...lifecycleCases, ...appCases], 'https://api.example/?').then((results) => {
  for (const result of results) print(`result ${JSON.stringify(result)}`);
});
