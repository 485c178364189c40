import type { RequestHandler as SvelteKitHandler } from '@sveltejs/kit';
import type { APIGatewayProxyHandler, APIGatewayProxyHandlerV2, LambdaFunctionURLHandler } from 'aws-lambda';
import type { RequestHandler as Express5Handler } from 'express';
import type { RequestHandler as Express4Handler } from 'express-4';
import type { FastifyPluginCallback, RouteHandlerMethod } from 'fastify';
import type { EventHandler } from 'h3';
import type { Handler as HonoHandler } from 'hono';
import type { Middleware } from 'koa';
import type { NextApiHandler } from 'next';
import type { NextRequest } from 'next/server';
import { describe, expectTypeOf, it } from 'vitest';
import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler, toFastifyPlugin } from '@realtime-session/server/fastify';
import { toH3Handler } from '@realtime-session/server/h3';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toKoaHandler } from '@realtime-session/server/koa';
import { toNextHandler } from '@realtime-session/server/next';
import { toNextPagesHandler } from '@realtime-session/server/next-pages';
import { toSvelteKitHandler } from '@realtime-session/server/sveltekit';
import { createTestCalls } from './support/test-calls.mjs';
import { createTestHandler } from './support/test-handler.mjs';

const handler = createTestHandler('http://127.0.0.1:9');

describe('adapters', () => {
  it('match the types of their frameworks', () => {
    expectTypeOf(toAwsLambdaHandler(handler)).toExtend<APIGatewayProxyHandler>();
    expectTypeOf(toAwsLambdaHandler(handler)).toExtend<APIGatewayProxyHandlerV2>();
    expectTypeOf(toAwsLambdaHandler(handler)).toExtend<LambdaFunctionURLHandler>();
    expectTypeOf(toExpressHandler(handler)).toExtend<Express4Handler>();
    expectTypeOf(toExpressHandler(handler)).toExtend<Express5Handler>();
    expectTypeOf(toFastifyHandler(handler)).toExtend<RouteHandlerMethod>();
    expectTypeOf(toH3Handler(handler)).toExtend<EventHandler>();
    expectTypeOf(toHonoHandler(handler)).toExtend<HonoHandler>();
    expectTypeOf(toKoaHandler(handler)).toExtend<Middleware>();
    expectTypeOf(toNextHandler(handler)).toExtend<(request: NextRequest) => Promise<Response>>();
    expectTypeOf(toNextPagesHandler(handler)).toExtend<NextApiHandler>();
    expectTypeOf(toSvelteKitHandler(handler)).toExtend<SvelteKitHandler>();
  });
});

describe('a handler without an adapter', () => {
  it('matches the type that Next checks for the exports of a route', () => {
    type RouteHandler = (
      request: NextRequest,
      context: { params: Promise<Record<string, never>> },
    ) => Promise<Response>;
    expectTypeOf(handler).toExtend<RouteHandler>();
  });

  it('accept the handler of calls', () => {
    const calls = createTestCalls();
    expectTypeOf(calls).toExtend<(request: NextRequest, context: { params: Promise<object> }) => Promise<Response>>(); // prettier-ignore
    expectTypeOf(toAwsLambdaHandler(calls)).toExtend<APIGatewayProxyHandlerV2>();
    expectTypeOf(toExpressHandler(calls)).toExtend<Express5Handler>();
    expectTypeOf(toFastifyHandler(calls)).toExtend<RouteHandlerMethod>();
    expectTypeOf(toFastifyPlugin(calls)).toExtend<FastifyPluginCallback>();
    expectTypeOf(toH3Handler(calls)).toExtend<EventHandler>();
    expectTypeOf(toHonoHandler(calls)).toExtend<HonoHandler>();
    expectTypeOf(toKoaHandler(calls)).toExtend<Middleware>();
    expectTypeOf(toNextHandler(calls)).toExtend<(request: NextRequest) => Promise<Response>>();
    expectTypeOf(toNextPagesHandler(calls)).toExtend<NextApiHandler>();
    expectTypeOf(toSvelteKitHandler(calls)).toExtend<SvelteKitHandler>();
  });
});
