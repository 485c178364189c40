import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

// In a page, the test calls this function.
Object.assign(globalThis, {
  runCoreCases: (mintRoute: string) => runCases([...lifecycleCases, ...networkCases], mintRoute),
});
