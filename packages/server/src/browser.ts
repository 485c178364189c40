/*
 * What a bundler finds when a page imports this package or any of its subpaths (the condition `browser` of `exports`).
 * It throws when it is loaded; its exports are here so that the bundle gets that far instead of ending in a bundler's
 * complaint about a missing name.
 */
function refuse(): never {
  throw new Error(
    '@realtime-session/server runs on a server: it holds the API key. Import it from server code, and let the page ask your route for a token.',
  );
}

/** Whether the module stands in for the package. Evaluated when it is loaded, which is where it throws. */
const refused = refuse();

export {
  refused as azure,
  refused as bearerToken,
  refused as compatible,
  refused as createSessionHandler,
  refused as fromRateLimiterFlexible,
  refused as fromUpstash,
  refused as memoryLimiter,
  refused as openai,
  refused as toAwsLambdaHandler,
  refused as toExpressHandler,
  refused as toFastifyHandler,
  refused as toH3Handler,
  refused as toHonoHandler,
  refused as toKoaHandler,
  refused as toNextHandler,
  refused as toNextPagesHandler,
  refused as toNodeHandler,
  refused as toSvelteKitHandler,
};
