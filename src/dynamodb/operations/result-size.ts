import type { JsonElement } from '../../json/json-list.ts';
import type { JsonObject } from '../../json/parse.ts';
import type { Call, ResultView } from '../calls/call.ts';
import { keyMembers } from '../tables/keys.ts';

/** How many items are read to learn their size. */
const FIRST = 2;
/** How many times as many as are known are read next at most. */
const GROWTH = 4;

interface Presented {
  shown: JsonObject;
  bytes: number;
  outlined: boolean;
}

/** One item as the caller gets it: in outline where it is larger than a result may be. */
export function presentItem(
  item: JsonObject,
  key: JsonObject,
  call: Call,
  named?: ReadonlySet<string>,
): JsonObject {
  if (!call.view) return item;
  const { shown, outlined } = present(item, key, call.view, named);
  if (outlined) call.trail.outlined = 1;
  return shown;
}

/** A key as the caller gets it. */
export function presentKey(key: JsonObject, { view }: Call): JsonObject {
  return view ? view.show(key) : key;
}

/**
 * Items that the caller sent and is to send again: as they were while there is room for them, then
 * in outline.
 */
export function presentSent(
  items: JsonObject[],
  keyNames: readonly string[],
  { view }: Call,
): JsonObject[] {
  if (!view) return items;
  const showNext = outlineWhenFull(view);
  return items.map((item) => {
    const named = new Set(Object.keys(item));
    return showNext({ item, key: keyMembers(item, keyNames), named }).shown;
  });
}

/** An item, its key in the caller's form, and the attributes that were asked for by name. */
interface Found {
  item: JsonObject;
  key: JsonObject;
  named?: ReadonlySet<string> | undefined;
}

/** Items of a result that is not cut: those that there is no room for are shown in outline. */
export function presentInOrder(
  found: readonly (Found | null)[],
  { view, trail }: Call,
): (JsonObject | null)[] {
  if (!view) return found.map((each) => each?.item ?? null);
  const showNext = outlineWhenFull(view);
  const presented = found.map((each) => each && showNext(each));
  const outlines = presented.filter((each) => each?.outlined).length;
  if (outlines > 0) trail.outlined = outlines;
  return presented.map((each) => each?.shown ?? null);
}

/** Shows items whole while there is room for them, then in outline. */
function outlineWhenFull(view: ResultView) {
  let bytes = 0;
  return ({ item, key, named }: Found) => {
    const shown = view.show(item, named);
    bytes += sizeOf(shown);
    const outlined = bytes > view.maxBytes;
    return { shown: outlined ? view.outline(item, key) : shown, outlined };
  };
}

function present(
  item: JsonObject,
  key: JsonObject,
  view: ResultView,
  named: ReadonlySet<string> | undefined,
): Presented {
  const shown = view.show(item, named);
  const bytes = sizeOf(shown);
  if (bytes <= view.maxBytes) return { shown, bytes, outlined: false };
  const outline = view.outline(item, key);
  return { shown: outline, bytes: sizeOf(outline), outlined: true };
}

/** The room for the items of a result that a view has; without a view there is always room. */
export class ResultRoom {
  readonly #call: Call;
  readonly #view: ResultView | undefined;
  #bytes = 0;
  #items = 0;
  #isFull = false;

  constructor(call: Call) {
    this.#call = call;
    this.#view = call.view;
  }

  /** The item as the caller gets it; undefined when it does not fit, and nothing after it does. */
  fit(item: JsonObject, key: JsonObject, named?: ReadonlySet<string>): JsonObject | undefined {
    if (!this.#view) return item;
    const { shown, bytes, outlined } = present(item, key, this.#view, named);
    if (!this.#hasRoom(bytes, this.#view)) return undefined;
    if (outlined) this.#call.trail.outlined = (this.#call.trail.outlined ?? 0) + 1;
    return shown;
  }

  /** As fit, of an item that is JSON already: as it stands, where it is shown as it is. */
  fitElement(element: JsonElement, keyNames: readonly string[]): string | undefined {
    const { text, bytes, isPlain } = element;
    if (!this.#view) return text;
    if (isPlain && bytes <= this.#view.maxBytes) {
      return this.#hasRoom(bytes, this.#view) ? text : undefined;
    }
    const item = element.value;
    const shown = this.fit(item, keyMembers(item, keyNames));
    return shown && JSON.stringify(shown);
  }

  /** Takes the room for so many bytes; the first item fits, by its outline if need be. */
  #hasRoom(bytes: number, { maxBytes }: ResultView): boolean {
    if (this.#items > 0 && this.#bytes + bytes + 1 > maxBytes) this.#isFull = true;
    if (this.#isFull) {
      this.#call.trail.cut = true;
      return false;
    }
    this.#bytes += bytes + 1;
    this.#items++;
    return true;
  }

  /**
   * How many items more to read, when so many were read: those that will fit if they are as large
   * as the ones before. Few at first and then always more, so that what does not fit costs little.
   */
  likelyToFit(read: number): number {
    if (!this.#view) return Number.POSITIVE_INFINITY;
    if (this.#isFull) return 0;
    const next = read === 0 ? FIRST : GROWTH * read;
    if (this.#items === 0) return next;
    const average = this.#bytes / this.#items;
    return Math.max(0, Math.min(next, Math.floor((this.#view.maxBytes - this.#bytes) / average)));
  }
}

function sizeOf(value: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(value));
}
