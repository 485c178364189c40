import { redisLimiter } from '../recipes/redis.ts';

/** Uses the documented limiter once, and closes it. It must end by itself then. */
const [redisUrl = ''] = process.argv.slice(2);
const { limiter, ready, close } = redisLimiter(redisUrl, () => process.exit(2));

await ready;
const { allowed } = await limiter.consume('principal:ada', { signal: AbortSignal.timeout(5000) });
close();
process.exitCode = allowed ? 0 : 3;
