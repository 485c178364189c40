import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

/** workerd: a request runs the cases, because there are no timers and no network outside of one. */
const worker = {
  async fetch(request: Request): Promise<Response> {
    const mintRoute = new URL(request.url).searchParams.get('mint') ?? '';
    return Response.json(await runCases([...lifecycleCases, ...networkCases], mintRoute));
  },
};

// A worker is its module's default export.
// eslint-disable-next-line import-x/no-default-export
export default worker;
