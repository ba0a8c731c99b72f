import { exactNumber } from '../../json/decimal.ts';
import type { JsonObject } from '../../json/parse.ts';

type Wire = Record<string, unknown>;

/**
 * Turns DynamoDB's JSON into what the document client returns, in place: plain values, numbers as
 * our exact ones, `Set` and `Uint8Array`.
 */
export function decodeOutput(output: Wire): Wire {
  for (const name of Object.keys(output)) {
    const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
    if (decode) output[name] = decode(output[name]);
  }
  return output;
}

// biome-ignore lint/suspicious/noExplicitAny: each decoder knows the shape of its own member
const DECODERS: Record<string, ((value: any) => unknown) | undefined> = {
  Item: decodeAttributes,
  Attributes: decodeAttributes,
  LastEvaluatedKey: decodeAttributes,
  Items: (items: Wire[]) => items.map(decodeAttributes),
  Responses: (tables: Record<string, Wire[]>) =>
    eachTable(tables, (items) => items.map(decodeAttributes)),
  UnprocessedKeys: (tables: Record<string, Wire>) =>
    eachTable(tables, (request) => ({
      ...request,
      Keys: (request.Keys as Wire[]).map(decodeAttributes),
    })),
  UnprocessedItems: (tables: Record<string, Wire[]>) =>
    eachTable(tables, (requests) => requests.map(decodeWriteRequest)),
};

function eachTable<Value>(tables: Record<string, Value>, decode: (value: Value) => unknown): Wire {
  return Object.fromEntries(Object.entries(tables).map(([name, value]) => [name, decode(value)]));
}

function decodeWriteRequest(request: Wire): Wire {
  const decoded: Wire = {};
  for (const [kind, parameters] of Object.entries(request as Record<string, Wire>)) {
    decoded[kind] = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, decodeAttributes(value as Wire)]),
    );
  }
  return decoded;
}

function decodeAttributes(attributes: Wire): JsonObject {
  for (const name of Object.keys(attributes))
    attributes[name] = decodeValue(attributes[name] as Wire);
  return attributes;
}

function decodeValue(attribute: Wire): unknown {
  for (const type in attribute) {
    const value = attribute[type];
    switch (type) {
      case 'S':
      case 'BOOL':
        return value;
      case 'N':
        return decodeNumber(value as string);
      case 'NULL':
        return null;
      case 'M':
        return decodeAttributes(value as Wire);
      case 'L':
        return (value as Wire[]).map(decodeValue);
      case 'SS':
        return new Set(value as string[]);
      case 'NS':
        return new Set((value as string[]).map(decodeNumber));
      case 'B':
        return Buffer.from(value as string, 'base64');
      case 'BS':
        return new Set((value as string[]).map((bytes) => Buffer.from(bytes, 'base64')));
    }
  }
  throw new SyntaxError('DynamoDB sent a value of no known type.');
}

function decodeNumber(text: string): unknown {
  return exactNumber(text) ?? text;
}
