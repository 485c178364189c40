/*
 * Resolved when a page imports this package or a subpath (the condition `browser` of `exports`). Throws when it is loaded.
 * Without the exports, bundlers would report a missing name instead.
 */
function refuse(): never {
  throw new Error(
    '@realtime-session/server runs on a server: it holds the API key. Import it from server code, and let the page ask your route for a token.',
  );
}

/** Evaluated when the module is loaded, which throws. */
const refused = refuse();

export {
  refused as authorizeJwt,
  refused as azure,
  refused as azureCalls,
  refused as azureLive,
  refused as bearerToken,
  refused as callEndReasons,
  refused as compatible,
  refused as consoleReporter,
  refused as createCallHandler,
  refused as createSessionHandler,
  refused as fromRateLimiterFlexible,
  refused as fromUpstash,
  refused as memoryCallStore,
  refused as memoryLimiter,
  refused as openai,
  refused as openaiCalls,
  refused as openaiLive,
  refused as openaiPrices,
  refused as openaiTranslations,
  refused as PRICES_READ_ON,
  refused as redisCallStore,
  refused as toAwsLambdaHandler,
  refused as toExpressHandler,
  refused as toFastifyHandler,
  refused as toFastifyPlugin,
  refused as toH3Handler,
  refused as toHonoHandler,
  refused as toKoaHandler,
  refused as toNextHandler,
  refused as toNextPagesHandler,
  refused as toNodeHandler,
  refused as toSvelteKitHandler,
};
