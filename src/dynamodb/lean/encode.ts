import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { setMember } from '../../json/reader.ts';
import { base64 } from '../values/native-values.ts';

type Input = Record<string, unknown>;

/**
 * A command's input as the JSON that DynamoDB takes: what the document client's marshaller and the
 * SDK's serializer make of it.
 */
export function encodeInput(input: Input): string {
  return JSON.stringify(wireInput(input));
}

function wireInput(input: Input): Input {
  return mapMembers(input, (value, name) => {
    switch (name) {
      case 'Item':
      case 'Key':
      case 'ExclusiveStartKey':
      case 'ExpressionAttributeValues':
        return wireAttributes(value as Input);
      case 'RequestItems':
        return mapMembers(value as Input, wireTableRequest);
      case 'TransactItems':
        return (value as Input[]).map((operation) =>
          mapMembers(operation, (parameters) => wireInput(parameters as Input)),
        );
      default:
        return value;
    }
  });
}

/** What a batch asks of one table: keys to get, or items to put and keys to delete. */
function wireTableRequest(request: unknown): unknown {
  if (Array.isArray(request)) return request.map(wireWriteRequest);
  return mapMembers(request as Input, (value, name) =>
    name === 'Keys' ? (value as Input[]).map(wireAttributes) : value,
  );
}

/** `{PutRequest: {Item}}` or `{DeleteRequest: {Key}}`. */
function wireWriteRequest(request: Input): Input {
  return mapMembers(request, (parameters) => wireInput(parameters as Input));
}

function wireAttributes(attributes: Input): Input {
  return mapMembers(attributes, wireValue);
}

/** An AttributeValue such as `{S: 'text'}`. */
function wireValue(value: unknown): object {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
  }
  if (value === null) return { NULL: true };
  if (value instanceof NumberValue) return { N: value.toString() };
  if (Array.isArray(value)) return { L: value.map(wireValue) };
  if (value instanceof Map) return { M: wireMap(value) };
  if (value instanceof Set) return wireSet([...value]);
  if (value instanceof Uint8Array) return { B: base64(value) };
  return { M: wireAttributes(value as Input) };
}

function wireMap(map: Map<string, unknown>): Input {
  const members: Input = {};
  for (const [name, value] of map) setMember(members, name, wireValue(value));
  return members;
}

function wireSet(members: unknown[]): object {
  if (typeof members[0] === 'string') return { SS: members };
  if (members[0] instanceof Uint8Array) {
    return { BS: members.map((member) => base64(member as Uint8Array)) };
  }
  return { NS: members.map(String) };
}

/** A new object of the same names, without what is undefined. */
function mapMembers(object: Input, map: (value: unknown, name: string) => unknown): Input {
  const mapped: Input = {};
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value !== undefined) setMember(mapped, name, map(value, name));
  }
  return mapped;
}
