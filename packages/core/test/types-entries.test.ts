import { readFileSync } from 'node:fs';
import * as core from '@realtime-session/core';
import * as issuers from '@realtime-session/core/issuers';
import * as reactNative from '@realtime-session/core/react-native';
import * as testing from '@realtime-session/core/testing';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** The exports of an entry by its source: values, then types. */
function exportsOf(entry: string): { values: string[]; types: string[] } {
  const text = readFileSync(new URL(`../src/${entry}.ts`, import.meta.url), 'utf8');
  const found = { values: [] as string[], types: [] as string[] };
  for (const statement of ts.createSourceFile(entry, text, ts.ScriptTarget.Latest).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) throw new Error('Not a named export.');
    if (!ts.isNamedExports(statement.exportClause)) throw new Error('Not a named export.');
    for (const { name, isTypeOnly } of statement.exportClause.elements) {
      found[statement.isTypeOnly || isTypeOnly ? 'types' : 'values'].push(name.text);
    }
  }
  return { values: found.values.sort(), types: found.types.sort() };
}

describe('the exports of', () => {
  test.each([
    ['index', core],
    ['issuers', issuers],
    ['react-native', reactNative],
    ['testing', testing],
  ])('%s are the listed ones', (entry, module) => {
    expect(exportsOf(entry).values).toEqual(Object.keys(module).sort());
  });

  test('the main entry', () => {
    expect(exportsOf('index')).toMatchInlineSnapshot(`
      {
        "types": [
          "Clock",
          "DisposedState",
          "EndpointOptions",
          "Environment",
          "EnvironmentChange",
          "EphemeralToken",
          "ExpirySource",
          "FailedState",
          "GetTokenOptions",
          "IdleState",
          "LeadOptions",
          "LoadingState",
          "ParsedToken",
          "ReadyState",
          "RefreshReason",
          "RetryOptions",
          "SessionInfo",
          "StandardIssue",
          "StandardResult",
          "StandardSchema",
          "TokenErrorCode",
          "TokenErrorInit",
          "TokenEvent",
          "TokenFetcher",
          "TokenManager",
          "TokenManagerOptions",
          "TokenParser",
          "TokenRequest",
          "TokenState",
          "TokenStateReader",
          "WithTokenOptions",
        ],
        "values": [
          "TokenError",
          "createTokenManager",
          "endpoint",
          "literal",
        ],
      }
    `);
  });

  test('issuers', () => {
    expect(exportsOf('issuers')).toMatchInlineSnapshot(`
      {
        "types": [
          "AiSdkSession",
          "Issuer",
          "LiveKitSession",
          "TanStackAiSession",
        ],
        "values": [
          "aiSdk",
          "assemblyai",
          "azure",
          "cartesia",
          "chatKit",
          "deepgram",
          "elevenlabsConversation",
          "elevenlabsSignedUrl",
          "elevenlabsSingleUse",
          "gemini",
          "hume",
          "livekit",
          "openai",
          "soniox",
          "speechmatics",
          "tanstackAi",
          "vercelGateway",
          "xai",
        ],
      }
    `);
  });

  test('testing', () => {
    expect(exportsOf('testing')).toMatchInlineSnapshot(`
      {
        "types": [
          "ManualClock",
          "ManualEnvironment",
          "ScriptedCall",
          "ScriptedFetcher",
        ],
        "values": [
          "createManualClock",
          "createManualEnvironment",
          "createScriptedFetcher",
        ],
      }
    `);
  });
});
