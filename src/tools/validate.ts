import { invalid, ServiceError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { describeIssue, readIssues } from './issues.ts';
import { toJsonSchema } from './json-schema.ts';
import { readJsonText, type Shape, shapeOf } from './json-text.ts';
import { withoutNulls } from './nulls.ts';
import type { AnyTool } from './tool.ts';

const MOST_ISSUES = 20;
const MOST_NAMED = 3;
const ANY_OBJECT: Shape = {
  kind: 'object',
  members: new Map(),
  isClosed: true,
  elements: undefined,
};

const shapes = new WeakMap<AnyTool, Shape>();

/**
 * The tool's input, checked; null for a field means absent, and JSON text may stand for an object
 * or list. `readValues` reads what the transport has its own forms for. Throws ValidationError.
 */
export function validateInput(
  tool: AnyTool,
  raw: unknown,
  readValues: (input: JsonObject) => JsonObject = (input) => input,
): JsonObject {
  const shape = inputShape(tool);
  const given = withoutNulls(readJsonText(raw ?? {}, shape), shape);
  if (!isJsonObject(given)) throw invalid('', 'The request must be a JSON object.');
  const result = tool.input.safeParse(readValues(given), { error: describeIssue });
  // Every tool's schema is of an object; a test of the registry holds that.
  if (result.success) return result.data as JsonObject;
  const issues = readIssues(result.error.issues, tool.name);
  const named = issues.slice(0, MOST_NAMED).map(({ path, message }) => `${path} ${message}`.trim());
  const more = issues.length > MOST_NAMED ? ` and ${issues.length - MOST_NAMED} more` : '';
  throw new ServiceError(
    'ValidationError',
    `The request is not valid: ${named.join('; ')}${more}.`,
    {
      issues: issues.slice(0, MOST_ISSUES),
    },
  );
}

function inputShape(tool: AnyTool): Shape {
  const known = shapes.get(tool);
  if (known) return known;
  const shape = shapeOf(toJsonSchema(tool.input, 'input')) ?? ANY_OBJECT;
  shapes.set(tool, shape);
  return shape;
}
