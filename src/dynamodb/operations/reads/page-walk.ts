import { type JsonElement, JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { keyMembers } from '../../tables/keys.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { decodeItem, encodeItem } from '../../values/values.ts';
import { ResultRoom } from '../result-size.ts';
import { elementsOf, itemsAsJson } from './items-as-json.ts';
import type { NativePage, Page, PagePlan } from './page-plan.ts';

/** What was found on the pages of a query or scan so far. */
export class PageWalk {
  startKey: NativeItem | undefined;
  readonly #plan: PagePlan;
  readonly #call: Call;
  readonly #room: ResultRoom;
  readonly #items: JsonObject[] = [];
  /** In place of the items, where they are passed on. */
  readonly #json = new JsonList();
  #count = 0;
  #scannedCount = 0;
  #key: JsonObject | null = null;
  #lastTaken: JsonObject | null = null;
  #isCut = false;

  constructor(plan: PagePlan, call: Call) {
    this.#plan = plan;
    this.#call = call;
    this.#room = new ResultRoom(call);
    this.startKey = plan.startKey;
  }

  /** How many items were found that are wanted. */
  get count(): number {
    return this.#count;
  }

  /** Items to evaluate for the next page; undefined for no limit. */
  nextLimit(): number | undefined {
    const limit = this.#plan.limitAfter(this.#count, this.#scannedCount);
    if (!this.#plan.readsWhatFits) return limit;
    return Math.min(limit ?? Number.POSITIVE_INFINITY, this.#room.likelyToFit(this.#scannedCount));
  }

  add(page: NativePage): void {
    this.#scannedCount += page.ScannedCount ?? 0;
    this.#key = page.LastEvaluatedKey ? encodeItem(page.LastEvaluatedKey) : null;
    if (this.#plan.countOnly && !page.Items) this.#count += page.Count ?? 0;
    const { asJson } = this.#plan;
    if (asJson === 'list') {
      const items = itemsAsJson(page.Items);
      this.#json.append(items);
      this.#count += items.length;
    } else if (asJson === 'each') {
      this.#takeEach(elementsOf(page.Items), (element) => this.#takeElement(element));
    } else {
      // Without a form all of them are values.
      this.#takeEach((page.Items ?? []) as JsonObject[], (item) => this.#takeItem(item));
    }
  }

  #takeEach<Item>(items: Item[], take: (item: Item) => boolean): void {
    if (items.every(take)) return;
    this.#isCut = true;
    this.#key = this.#lastKey();
  }

  /** Keeps an item that is JSON already, if it is wanted and there is room for it. */
  #takeElement(element: JsonElement): boolean {
    const { maxItems, keyNames } = this.#plan;
    if (this.#count >= maxItems) return false;
    const shown = this.#room.fitElement(element, keyNames);
    if (shown === undefined) return false;
    this.#json.push(shown, element.text);
    this.#count++;
    return true;
  }

  #takeItem(item: JsonObject): boolean {
    const { guard } = this.#plan;
    // What may not be seen is passed over, whatever there is room for.
    const seen = guard ? guard.see(item) : item;
    return !seen || this.#take(item, seen);
  }

  /** Keeps an item, if it is wanted and there is room for it. */
  #take(item: JsonObject, seen: JsonObject): boolean {
    const { maxItems, countOnly, finish, keyNames, named } = this.#plan;
    if (this.#count >= maxItems) return false;
    // Only what may be the last needs its key, which is taken before it is finished.
    const mayBeLast = this.#call.view !== undefined || this.#count + 1 >= maxItems;
    const key = mayBeLast ? encodeItem(keyOf(item, keyNames)) : {};
    if (!countOnly) {
      const shown = this.#room.fit(finish(seen), key, named);
      if (!shown) return false;
      this.#items.push(shown);
    }
    this.#count++;
    this.#lastTaken = key;
    return true;
  }

  /** Whether another page is to be read after one that was asked for with a limit. */
  goesOnAfter({ ScannedCount = 0 }: NativePage, limit: number | undefined): boolean {
    if (!this.#key || this.#isCut || this.#count >= this.#plan.maxItems) return false;
    if (!this.#plan.countOnly && this.#room.likelyToFit(this.#scannedCount) === 0) {
      this.#call.trail.cut = true;
      return false;
    }
    // A page that DynamoDB ended before its limit is as much as one call reads.
    const isWhole = limit !== undefined && ScannedCount >= limit;
    if (this.#plan.endsWithFirst && this.#count > 0) return false;
    const isEnough = this.#plan.limitAfter(this.#count, this.#scannedCount) === 0;
    if (!this.#plan.walks && (!isWhole || isEnough)) return false;
    this.startKey = decodeItem(this.#key, 'last_evaluated_key');
    return true;
  }

  #lastKey(): JsonObject | null {
    const { last } = this.#json;
    return last ? keyMembers(last, this.#plan.keyNames) : this.#lastTaken;
  }

  result(): Page {
    // Whether hidden items follow the last one that is wanted is not told.
    const isFull = this.#plan.isLimited && this.#count >= this.#plan.maxItems;
    const key = this.#key ?? (isFull ? this.#lastKey() : null);
    return {
      ...(!this.#plan.countOnly && { items: this.#plan.asJson ? this.#json : this.#items }),
      count: this.#count,
      ...(!this.#plan.isLimited && { scannedCount: this.#scannedCount }),
      lastEvaluatedKey: key && this.#plan.cursor.write(key, this.#call),
    };
  }
}

/** The key of a stored item. */
function keyOf(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}
