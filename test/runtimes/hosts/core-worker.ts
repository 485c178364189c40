import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

/** A request runs the cases, because workerd has timers and network access only inside of requests. */
const worker = {
  async fetch(request: Request): Promise<Response> {
    const mintRoute = new URL(request.url).searchParams.get('mint') ?? '';
    return Response.json(await runCases([...lifecycleCases, ...networkCases], mintRoute));
  },
};

// eslint-disable-next-line import-x/no-default-export -- required by workerd
export default worker;
