import { createCalls } from './calls-handler.ts';

/** Answers with the sentence of the error that `createCallHandler()` throws. */
const worker = {
  fetch(_request: Request, env: Readonly<Record<string, string>>): Response {
    try {
      createCalls(env);
      return new Response('created');
    } catch (error) {
      return new Response(String(error));
    }
  },
};

// eslint-disable-next-line import-x/no-default-export -- required by workerd
export default worker;
