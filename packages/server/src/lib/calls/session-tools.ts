import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallTool } from './call-options.ts';

/** The part of a tool that a session contains. */
type ToolDescription = Pick<CallTool<never>, 'description' | 'parameters'>;

/** The tools of a handler, by name. */
export type ToolDescriptions = Readonly<Record<string, ToolDescription>>;

/** The dialect of JSON Schema that every Standard JSON Schema must support. */
const DIALECT = 'draft-07';

interface StandardJsonSchema {
  readonly input: (options: { readonly target: string }) => unknown;
}

function hasInput(value: unknown): value is StandardJsonSchema {
  return isRecord(value) && typeof value['input'] === 'function';
}

/** Converts a Standard Schema that is also a Standard JSON Schema, such as one of zod 4.2 or later. */
function toJsonSchema({ parameters }: ToolDescription): UnknownRecord | undefined {
  const standard: object = parameters['~standard'];
  const jsonSchema = 'jsonSchema' in standard ? standard.jsonSchema : undefined;
  if (!hasInput(jsonSchema)) return undefined;
  const schema = jsonSchema.input({ target: DIALECT });
  if (!isRecord(schema)) return undefined;
  const { $schema: _dialect, ...members } = schema;
  return members;
}

function toDefinition(name: string, tool: ToolDescription): UnknownRecord {
  const parameters = toJsonSchema(tool);
  if (parameters === undefined) {
    throw new TypeError(
      `tools.${name}: \`parameters\` cannot be converted to JSON Schema; list the tool in \`session.tools\` as { type: 'function', name: '${name}', parameters: { … } }.`,
    );
  }
  const description = tool.description === undefined ? {} : { description: tool.description };
  return { type: 'function', name, ...description, parameters };
}

function describeTool(tool: UnknownRecord, tools: ToolDescriptions): UnknownRecord {
  const { name } = tool;
  const own = typeof name === 'string' && Object.hasOwn(tools, name) ? tools[name] : undefined;
  return own?.description === undefined ? tool : { ...tool, description: own.description };
}

/**
 * Adds the handler's tools to the owner's session, so that the model learns them. A tool that the session lists keeps that definition.
 *
 * @throws TypeError If a tool has no definition, or the session cannot have tools.
 */
export function addTools(session: unknown, tools: ToolDescriptions): unknown {
  const names = Object.keys(tools);
  if (names.length === 0 || !isRecord(session)) return session;
  if (session['type'] === 'transcription') {
    throw new TypeError('tools: a transcription session has no tools; leave the option `tools` out.');
  }
  const listed: unknown = session['tools'] ?? [];
  // Not a list: the schema of the session names the mistake.
  if (!Array.isArray(listed)) return session;
  const known = listed.map((tool: unknown) => (isRecord(tool) ? describeTool(tool, tools) : tool));
  const listedNames = new Set(known.map((tool: unknown) => (isRecord(tool) ? tool['name'] : undefined)));
  const missing = Object.entries(tools).filter(([name]) => !listedNames.has(name));
  return { ...session, tools: [...known, ...missing.map(([name, tool]) => toDefinition(name, tool))] };
}
