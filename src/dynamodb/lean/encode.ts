import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { base64 } from '../native-values.ts';

type Input = Record<string, unknown>;

/** Parameters that hold attributes by name. */
const ATTRIBUTES = new Set(['Item', 'Key', 'ExclusiveStartKey', 'ExpressionAttributeValues']);

/**
 * A command's input as the JSON that DynamoDB takes: what the document client's marshaller and the
 * SDK's serializer make of it, in one pass.
 */
export function encodeInput(input: Input): string {
  return encodeMembers(input, (name, value) => {
    if (ATTRIBUTES.has(name)) return encodeAttributes(value as Input);
    if (name === 'RequestItems') return encodeMembers(value as Input, encodeTableRequest);
    return JSON.stringify(value);
  });
}

/** What a batch asks of one table: keys to get, or items to put and keys to delete. */
function encodeTableRequest(_table: string, request: unknown): string {
  if (Array.isArray(request)) return `[${request.map(encodeWriteRequest).join()}]`;
  return encodeMembers(request as Input, (name, value) =>
    name === 'Keys'
      ? `[${(value as Input[]).map(encodeAttributes).join()}]`
      : JSON.stringify(value),
  );
}

/** `{PutRequest: {Item}}` or `{DeleteRequest: {Key}}`. */
function encodeWriteRequest(request: Input): string {
  return encodeMembers(request, (_kind, parameters) => encodeInput(parameters as Input));
}

function encodeMembers(
  object: Input,
  encodeMember: (name: string, value: unknown) => string,
): string {
  let members = '';
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined) continue;
    members += `${members && ','}${JSON.stringify(name)}:${encodeMember(name, value)}`;
  }
  return `{${members}}`;
}

function encodeAttributes(attributes: Input): string {
  return encodeMembers(attributes, (_name, value) => encodeValue(value));
}

function encodeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"S":${JSON.stringify(value)}}`;
    case 'number':
      return `{"N":"${value}"}`;
    case 'boolean':
      return `{"BOOL":${value}}`;
  }
  if (value === null) return '{"NULL":true}';
  if (value instanceof NumberValue) return `{"N":"${value.toString()}"}`;
  if (Array.isArray(value)) return `{"L":[${value.map(encodeValue).join()}]}`;
  if (value instanceof Map) return `{"M":${encodeMap(value)}}`;
  if (value instanceof Set) return encodeSet([...value]);
  if (value instanceof Uint8Array) return `{"B":"${base64(value)}"}`;
  return `{"M":${encodeAttributes(value as Input)}}`;
}

function encodeMap(map: Map<string, unknown>): string {
  let members = '';
  for (const [name, value] of map) {
    members += `${members && ','}${JSON.stringify(name)}:${encodeValue(value)}`;
  }
  return `{${members}}`;
}

function encodeSet(members: unknown[]): string {
  if (typeof members[0] === 'string') return `{"SS":${JSON.stringify(members)}}`;
  if (members[0] instanceof Uint8Array) {
    return `{"BS":${JSON.stringify(members.map((member) => base64(member as Uint8Array)))}}`;
  }
  return `{"NS":${JSON.stringify(members.map(String))}}`;
}
