import type { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../errors.ts';
import { canonicalNumber, type ExactNumber, numberText } from '../../json/decimal.ts';
import { isJsonObject } from '../../json/parse.ts';
import { refuseName, TAG } from './attribute-names.ts';
import {
  base64,
  decodeNumberText,
  decodeString,
  type NativeValue,
  refuseDepth,
} from './native-values.ts';
import type { SizeBudget } from './size-budget.ts';

type Decoder = (content: unknown, path: string, budget: SizeBudget, depth: number) => NativeValue;

const DECODERS: Record<string, Decoder> = {
  S: (content, path) => decodeString(text(content, path), path),
  N: (content, path) => decodeNumberText(text(content, path), path),
  B: (content, path) => decodeBinary(content, path),
  BOOL: (content, path) => {
    if (typeof content !== 'boolean') throw invalid(path, 'BOOL must be true or false');
    return content;
  },
  NULL: (content, path) => {
    if (content !== true) throw invalid(path, 'NULL must be true');
    return null;
  },
  L: (content, path, budget, depth) => {
    refuseDepth(depth, path);
    const elements = list(content, path);
    budget.container(elements.length);
    return elements.map((element, index) =>
      decodeTagged(element, `${path}[${index}]`, budget, depth + 1),
    );
  },
  M: decodeMap,
  SS: (content, path, budget) =>
    decodeSet(content, path, budget, decodeSetString, (member) => member),
  NS: (content, path, budget) =>
    decodeSet(content, path, budget, decodeSetNumber, (member) =>
      canonicalNumber(member.toString()),
    ),
  BS: (content, path, budget) => decodeSet(content, path, budget, decodeBinary, base64),
};

/** The value of a DynamoDB AttributeValue such as `{"SS": ["a", "b"]}`; throws ValidationError. */
export function decodeTagged(
  attributeValue: unknown,
  path: string,
  budget: SizeBudget,
  depth: number,
): NativeValue {
  const [member, ...more] = isJsonObject(attributeValue) ? Object.entries(attributeValue) : [];
  const [type = '', content] = member ?? [];
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  if (!decode || more.length > 0) {
    const types = Object.keys(DECODERS).join(', ');
    throw invalid(path, `a typed value must be an object with one member of ${types}`);
  }
  if (type === 'S' && typeof content === 'string') budget.text(content);
  else budget.scalar();
  return decode(content, `${path}.${type}`, budget, depth);
}

/** The tagged form of a stored set or binary value, its number texts as `wrapNumbers` made them. */
export function encodeTagged(value: Set<unknown> | Uint8Array): Record<string, unknown> {
  if (value instanceof Uint8Array) return { [TAG]: { B: base64(value) } };
  const members = [...value];
  if (typeof members[0] === 'string') return { [TAG]: { SS: members } };
  if (members[0] instanceof Uint8Array) {
    return { [TAG]: { BS: members.map((member) => base64(member as Uint8Array)) } };
  }
  return { [TAG]: { NS: members.map((member) => numberText(member as ExactNumber)) } };
}

function decodeMap(content: unknown, path: string, budget: SizeBudget, depth: number): NativeValue {
  refuseDepth(depth, path);
  if (!isJsonObject(content)) throw invalid(path, 'M must be an object of typed values');
  budget.container(Object.keys(content).length);
  const map = new Map<string, NativeValue>();
  for (const [name, member] of Object.entries(content)) {
    refuseName(name, `${path}.${name}`);
    map.set(name, decodeTagged(member, `${path}.${name}`, budget, depth + 1));
  }
  return map;
}

/** Sets are checked for repeated members here, because a JavaScript Set would drop them silently. */
function decodeSet<Member>(
  content: unknown,
  path: string,
  budget: SizeBudget,
  decode: (member: unknown, path: string) => Member,
  identity: (member: Member) => string,
): Set<Member> {
  const members = list(content, path).map((member, index) => {
    budget.scalar();
    return decode(member, `${path}[${index}]`);
  });
  if (members.length === 0) throw invalid(path, 'a set must not be empty');
  if (new Set(members.map(identity)).size < members.length) {
    throw invalid(path, 'a set must not contain duplicates');
  }
  return new Set(members);
}

function decodeSetString(member: unknown, path: string): string {
  return decodeString(text(member, path), path);
}

function decodeSetNumber(member: unknown, path: string): NumberValue {
  return decodeNumberText(text(member, path), path);
}

function decodeBinary(content: unknown, path: string): Uint8Array {
  const encoded = text(content, path);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) throw invalid(path, 'binary must be written in base64');
  return bytes;
}

function text(content: unknown, path: string): string {
  if (typeof content !== 'string') throw invalid(path, 'must be a string');
  return content;
}

function list(content: unknown, path: string): unknown[] {
  if (!Array.isArray(content)) throw invalid(path, 'must be a list');
  return content;
}
