import {
  ARRAY,
  ARRAY_END,
  BACKSLASH,
  COLON,
  OBJECT,
  OBJECT_END,
  QUOTE,
  TRUE,
} from '../../../json/characters.ts';
import { exactNumber, numberText } from '../../../json/decimal.ts';
import { encodeName } from '../../values/attribute-names.ts';
import { SHORTEST_VECTOR } from '../../values/shortest-vector.ts';
import { B, L, M, N, S } from '../value-types.ts';
import { ByteCopier, NOT_SURE } from './byte-copier.ts';

const SETS = { [S]: 'SS', [N]: 'NS', [B]: 'BS' } as const;
const [DOLLAR, DOT, MINUS, ZERO, ONE, NINE] = [0x24, 0x2e, 0x2d, 0x30, 0x31, 0x39];
/** A number of so many characters is one that a double holds, and prints as it stands. */
const SURELY_PLAIN = 15;

/** Copies items of an answer as `encodeItem` and `JSON.stringify` would write what they hold. */
export class ItemCopier extends ByteCopier {
  /** Whether what was copied since this was set has nothing that some readers are shown otherwise. */
  protected isPlain = true;

  /** An item, or a map within it. */
  protected copyAttributes(): void {
    this.copy(OBJECT);
    if (this.copied(OBJECT_END)) return;
    do {
      this.#name();
      this.copy(COLON);
      this.#attributeValue();
    } while (this.copyNext(OBJECT_END));
  }

  #name(): void {
    const first = this.source[this.at + 1];
    if (first !== DOLLAR && first !== BACKSLASH) this.copyString();
    else {
      const name = encodeName(this.string());
      if (name.startsWith('$')) this.isPlain = false;
      this.write(JSON.stringify(name));
    }
  }

  /** A value such as `{"S": "text"}`, without its type. */
  #attributeValue(): void {
    const { source, at } = this;
    if (source[at] !== OBJECT || source[at + 1] !== QUOTE) throw NOT_SURE;
    if (source[at + 3] === QUOTE && source[at + 4] === COLON) {
      this.at += 5;
      this.#typedValue(source[at + 2]);
    } else this.#valueOfNamedType();
    if (source[this.at++] !== OBJECT_END) throw NOT_SURE;
  }

  #typedValue(type: number | undefined): void {
    if (type === S) this.copyString();
    else if (type === N) this.#number();
    else if (type === M) this.copyAttributes();
    else if (type === L) this.#elements(L);
    else if (type === B) {
      this.writeAscii('{"$ddb":{"B":');
      this.#bytes();
      this.writeAscii('}}');
    } else throw NOT_SURE;
  }

  /** The first letter tells; the whole name is passed. */
  #valueOfNamedType(): void {
    const first = this.source[this.at + 2];
    const second = this.source[this.at + 3];
    if (second === S) this.#set(first);
    else if (first === N) {
      this.pass('{"NULL":true');
      this.writeAscii('null');
    } else {
      this.pass('{"BOOL":');
      const text = this.source[this.at] === TRUE ? 'true' : 'false';
      this.pass(text);
      this.writeAscii(text);
    }
  }

  /** What the values of an empty one would be is not known. */
  #set(type: number | undefined): void {
    if (type !== S && type !== N && type !== B) throw NOT_SURE;
    const name = SETS[type];
    this.pass(`{"${name}":`);
    if (this.source[this.at + 1] === ARRAY_END) throw NOT_SURE;
    this.writeAscii(`{"$ddb":{"${name}":`);
    this.#elements(type);
    this.writeAscii('}}');
  }

  /** A list of values, or the members of a set of one type. */
  #elements(type: number): void {
    this.copy(ARRAY);
    if (this.copied(ARRAY_END)) return;
    let length = 0;
    do {
      length++;
      if (type === L) this.#attributeValue();
      else if (type === S) this.copyString();
      else if (type === N) this.writeAscii(`"${numberText(this.#exactNumber())}"`);
      else this.#bytes();
    } while (this.copyNext(ARRAY_END));
    if (type === L && length >= SHORTEST_VECTOR) this.isPlain = false;
  }

  /** A number without its quotes: as it stands where that is how a double prints, else as text. */
  #number(): void {
    const { source, target } = this;
    if (source[this.at] !== QUOTE) throw NOT_SURE;
    let from = this.at + 1;
    let to = this.end;
    let dots = 0;
    if (source[from] === MINUS) target[to++] = source[from++] ?? 0;
    const first = source[from] ?? 0;
    let byte = first;
    while ((byte >= ZERO && byte <= NINE) || (byte === DOT && dots++ === 0)) {
      target[to++] = byte;
      byte = source[++from] ?? 0;
    }
    const isShort = from - this.at <= SURELY_PLAIN;
    const isPlain = first >= ONE && first <= NINE && (dots === 0 || endsPlainly(source[from - 1]));
    if (byte !== QUOTE || !isShort || !isPlain) {
      const number = this.#exactNumber();
      if (typeof number !== 'number') this.isPlain = false;
      this.writeAscii(JSON.stringify(number));
      return;
    }
    this.at = from + 1;
    this.end = to;
  }

  #exactNumber() {
    const number = exactNumber(this.string());
    if (number === undefined) throw NOT_SURE;
    return number;
  }

  #bytes(): void {
    this.writeAscii(`"${Buffer.from(this.string(), 'base64').toString('base64')}"`);
  }
}

/** Whether digits behind a dot end as a double prints them. */
function endsPlainly(last: number | undefined): boolean {
  return last !== ZERO && last !== DOT;
}
