import { isUtf8 } from 'node:buffer';
import { giveBack } from '../../../give-back.ts';
import { ARRAY_END, OBJECT, OBJECT_END } from '../../../json/characters.ts';
import { JsonElement, JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { ItemsForm } from '../../calls/operation.ts';
import { decodeOutput } from '../decode.ts';
import { NOT_SURE } from './byte-copier.ts';
import { ItemCopier } from './item-copier.ts';
import { ownTurn } from './own-turn.ts';

/** So much is read in one turn of the event loop, which others want to use too. */
const BYTES_A_TURN = 65_536;
/** Bytes of answers that are being read in turns; while it is more each is read to its end at once. */
const MOST_BEING_READ = 8_388_608;
let beingRead = 0;

/**
 * What decodeAnswer makes of the body of an answer, but that its lists of items are JSON already: as
 * `encodeItem` and `JSON.stringify` would write it, without a value made of any of it. Undefined
 * where the body is written otherwise than DynamoDB writes it: decodeAnswer says then what it is. A
 * large body takes several turns of the event loop.
 */
export function transcodeAnswer(
  body: Buffer,
  form: ItemsForm,
): JsonObject | undefined | Promise<JsonObject | undefined> {
  if (!isUtf8(body)) return undefined;
  const steps = new AnswerTranscoder(body, form).steps();
  try {
    const output = readOn(steps);
    return output ? whole(output, body) : goOn(steps, body);
  } catch {
    return undefined;
  }
}

async function goOn(steps: Steps<JsonObject>, body: Buffer): Promise<JsonObject | undefined> {
  const { length } = body;
  beingRead += length;
  try {
    for (;;) {
      await ownTurn();
      const output = readOn(steps);
      if (output) return whole(output, body);
    }
  } catch {
    return undefined;
  } finally {
    beingRead -= length;
  }
}

/** Reads one turn's share, or all that is left while too much waits; undefined before the end. */
function readOn(steps: Steps<JsonObject>): JsonObject | undefined {
  do {
    const { done, value } = steps.next();
    if (done) return value;
  } while (beingRead >= MOST_BEING_READ);
  return undefined;
}

function whole(output: JsonObject, body: Buffer): JsonObject {
  giveBack(body);
  return output;
}

type ItemsAsJson = JsonList | JsonElement[];

/** Work that is interrupted where others may have their turn. */
type Steps<Result> = Generator<undefined, Result>;

class AnswerTranscoder extends ItemCopier {
  /** What is not items, as JSON text. */
  #rest = '';
  #turnEnds = BYTES_A_TURN;
  readonly #form: ItemsForm;

  constructor(source: Buffer, form: ItemsForm) {
    super(source);
    this.#form = form;
  }

  *steps(): Steps<JsonObject> {
    const lists = new Map<string, ItemsAsJson | Record<string, ItemsAsJson>>();
    for (const name of this.#members()) {
      if (name === 'Items') {
        lists.set(name, yield* this.#list());
        this.#rest += '[]';
      } else if (name === 'Responses' && this.source[this.at] === OBJECT) {
        lists.set(name, yield* this.#lists());
      } else {
        const start = this.skip();
        this.#rest += this.source.toString('utf8', start, this.at);
      }
    }
    if (this.at < this.source.length) throw NOT_SURE;
    return Object.assign(decodeOutput(this.#rest), Object.fromEntries(lists));
  }

  /** The names of an object's members outside of the items; what asks for the next has read its value. */
  *#members(): Generator<string, void> {
    this.pass('{');
    let opens = '{';
    while (this.source[this.at] !== OBJECT_END) {
      if (opens === ',') this.pass(',');
      const name = this.string();
      this.pass(':');
      this.#rest += `${opens}${JSON.stringify(name)}:`;
      opens = ',';
      yield name;
    }
    this.pass('}');
    this.#rest += opens === '{' ? '{}' : '}';
  }

  *#lists(): Steps<Record<string, ItemsAsJson>> {
    const lists: [string, ItemsAsJson][] = [];
    for (const name of this.#members()) {
      lists.push([name, yield* this.#list()]);
      this.#rest += '[]';
    }
    return Object.fromEntries(lists);
  }

  *#list(): Steps<ItemsAsJson> {
    this.pass('[');
    const start = this.end;
    const elements: JsonElement[] = [];
    const ends: number[] = [];
    let last = start;
    if (this.source[this.at] === ARRAY_END) {
      this.at++;
      return this.#form === 'each' ? elements : new JsonList();
    }
    do {
      if (this.at > this.#turnEnds) {
        yield;
        this.#turnEnds = this.at + BYTES_A_TURN;
      }
      last = this.end;
      this.copyAttributes();
      if (this.#form === 'each') elements.push(this.#elementFrom(last));
      else ends.push(this.end - start);
    } while (this.copyNext(ARRAY_END));
    if (this.#form === 'each') return elements;
    // The end of the list is not one of its elements.
    this.end--;
    return new JsonList(this.written(start), ends, this.target.toString('utf8', last, this.end));
  }

  /** What was copied from a place on; the room that it took is free again. */
  #elementFrom(start: number): JsonElement {
    const { target, end, isPlain } = this;
    this.end = start;
    this.isPlain = true;
    return new JsonElement(target.toString('utf8', start, end), end - start, isPlain);
  }
}
