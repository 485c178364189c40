import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { LambdaHttpEvent, LambdaHttpResult } from '@realtime-session/server/aws-lambda';
import { serve } from './serve.ts';
import type { Running } from './serve.ts';

/** The caller of the function: API Gateway with either payload, or a function URL, which encodes every body. */
export type Payload = '1.0' | '2.0' | 'function URL';

type MultiValue = Record<string, string[]>;

function multiValueHeaders({ rawHeaders, socket }: IncomingMessage): MultiValue {
  const headers: MultiValue = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    (headers[rawHeaders[at]!] ??= []).push(rawHeaders[at + 1]!);
  }
  const forwarded = Object.keys(headers).find((name) => name.toLowerCase() === 'x-forwarded-for');
  const before = forwarded === undefined ? [] : headers[forwarded]!;
  headers[forwarded ?? 'X-Forwarded-For'] = [[...before, socket.remoteAddress!].join(', ')];
  return headers;
}

function eventV1(message: IncomingMessage, body: Buffer): LambdaHttpEvent {
  const [path = '', query] = message.url!.split('?');
  const headers = multiValueHeaders(message);
  const last = Object.entries(headers).map(([name, values]) => [name, values.at(-1)]);
  const multiValueQuery: MultiValue = {};
  for (const [name, value] of new URLSearchParams(query)) (multiValueQuery[name] ??= []).push(value);
  return {
    httpMethod: message.method!,
    path,
    headers: Object.fromEntries(last),
    multiValueHeaders: headers,
    multiValueQueryStringParameters: query === undefined ? null : multiValueQuery,
    requestContext: { identity: { sourceIp: message.socket.remoteAddress! } },
    body: body.length === 0 ? null : body.toString(),
    isBase64Encoded: false,
  };
}

function eventV2(message: IncomingMessage, body: Buffer, encoding: 'utf8' | 'base64'): LambdaHttpEvent {
  const [rawPath = '', rawQueryString = ''] = message.url!.split('?');
  const joined = Object.entries(multiValueHeaders(message));
  const headers = joined.map(([name, values]) => [name.toLowerCase(), values.join(',')]);
  return {
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(headers),
    requestContext: { http: { method: message.method!, sourceIp: message.socket.remoteAddress! } },
    ...(body.length === 0 ? {} : { body: body.toString(encoding) }),
    isBase64Encoded: encoding === 'base64',
  };
}

function eventOf(payload: Payload, message: IncomingMessage, body: Buffer): LambdaHttpEvent {
  if (payload === '1.0') return eventV1(message, body);
  return eventV2(message, body, payload === '2.0' ? 'utf8' : 'base64');
}

/** Converts requests to the events that AWS documents, and results to responses. */
export function gateway(
  payload: Payload,
  invoke: (event: LambdaHttpEvent) => Promise<LambdaHttpResult>,
): Promise<Running> {
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      void invoke(eventOf(payload, message, Buffer.concat(chunks))).then((result) => {
        response.writeHead(result.statusCode, result.headers).end(result.body);
      });
    });
  });
  return serve(server);
}
