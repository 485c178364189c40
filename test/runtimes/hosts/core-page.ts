import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

/** A page: the test calls this and reads what it answers. */
Object.assign(globalThis, {
  runCoreCases: (mintRoute: string) => runCases([...lifecycleCases, ...networkCases], mintRoute),
});
