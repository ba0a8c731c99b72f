import { giveBack } from '../../give-back.ts';
import { OBJECT, OBJECT_END } from '../../json/characters.ts';
import { exactNumber } from '../../json/decimal.ts';
import type { JsonObject } from '../../json/parse.ts';
import { JsonReader, setMember } from '../../json/reader.ts';
import { notAnAnswer } from '../calls/answers.ts';
import { B, L, M, N, S } from './value-types.ts';

/** What the document client returns for the body of an answer; throws that it is none. */
export function decodeAnswer(body: Buffer): JsonObject {
  const text = body.toString();
  giveBack(body);
  try {
    return decodeOutput(text);
  } catch (error) {
    throw notAnAnswer('it cannot be read', error);
  }
}

/**
 * What the document client returns for an answer of DynamoDB, in one pass over its text: plain
 * values, numbers as our exact ones, `Set` and bytes. Throws SyntaxError for what is no answer.
 */
export function decodeOutput(text: string): JsonObject {
  const reader = new OutputReader(text);
  const output = reader.output();
  if (!Number.isNaN(reader.peek())) throw new SyntaxError('More than one JSON value.');
  return output;
}

/** The plain values of attributes as DynamoDB's JSON holds them; undefined for what are none. */
export function decodeAttributes(attributes: JsonObject): JsonObject | undefined {
  try {
    return new OutputReader(JSON.stringify(attributes)).attributes();
  } catch {
    return undefined;
  }
}

class OutputReader extends JsonReader {
  output(): JsonObject {
    return this.object((name) => {
      switch (name) {
        case 'Item':
        case 'Attributes':
        case 'LastEvaluatedKey':
          return this.attributes();
        case 'Items':
          return this.#items();
        case 'SearchResults':
          return this.array(() => this.#searchResult());
        case 'Responses':
          return this.#responses();
        case 'UnprocessedKeys':
          return this.object(() => this.#keysAndMore());
        case 'UnprocessedItems':
          return this.object(() => this.array(() => this.#writeRequest()));
        default:
          return this.value();
      }
    });
  }

  /** Of a batch, items by table; of a transaction, a list with an item where there is one. */
  #responses(): unknown {
    if (this.peek() === OBJECT) return this.object(() => this.#items());
    return this.array(() => this.object(() => this.attributes()));
  }

  #items(): JsonObject[] {
    return this.array(() => this.attributes());
  }

  #searchResult(): JsonObject {
    return this.object((name) => (name === 'Item' ? this.attributes() : this.value()));
  }

  #keysAndMore(): JsonObject {
    return this.object((name) => (name === 'Keys' ? this.#items() : this.value()));
  }

  /** `{"PutRequest": {"Item": …}}` or `{"DeleteRequest": {"Key": …}}`. */
  #writeRequest(): JsonObject {
    return this.object(() => this.object(() => this.attributes()));
  }

  attributes(): JsonObject {
    const attributes: JsonObject = {};
    for (let more = this.enter(OBJECT, OBJECT_END); more; more = this.next(OBJECT_END)) {
      setMember(attributes, this.name(), this.#attributeValue());
    }
    return attributes;
  }

  /** A value such as `{"S": "text"}`. */
  #attributeValue(): unknown {
    const value = this.#typedValue(this.enterLetter());
    this.pass(OBJECT_END);
    return value;
  }

  #typedValue(letter: number): unknown {
    switch (letter) {
      case S:
        return this.string();
      case N:
        return this.#number();
      case M:
        return this.attributes();
      case L:
        return this.array(() => this.#attributeValue());
      case B:
        return this.#bytes();
      default:
        return this.#valueOfNamedType();
    }
  }

  #valueOfNamedType(): unknown {
    this.pass(OBJECT);
    const type = this.name();
    switch (type) {
      case 'BOOL':
        return this.boolean();
      case 'NULL':
        this.boolean();
        return null;
      case 'SS':
        return new Set(this.array(() => this.string()));
      case 'NS':
        return new Set(this.array(() => this.#number()));
      case 'BS':
        return new Set(this.array(() => this.#bytes()));
      default:
        // A one-letter name with white space before it.
        if (type.length !== 1) throw new SyntaxError('DynamoDB sent a value of no known type.');
        return this.#typedValue(type.charCodeAt(0));
    }
  }

  #number(): unknown {
    const number = exactNumber(this.string());
    if (number === undefined) throw new SyntaxError('DynamoDB sent a number that is none.');
    return number;
  }

  #bytes(): Uint8Array {
    return Buffer.from(this.string(), 'base64');
  }
}
