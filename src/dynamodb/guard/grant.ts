import type { NativeValue } from '../values/native-values.ts';

/** What one attribute must be for an item to be within a grant. */
export type Matcher =
  /** Text, a number or a truth value that it is equal to. */
  | { readonly is: 'equal'; readonly value: NativeValue }
  /** What its text begins with. */
  | { readonly is: 'prefix'; readonly text: string }
  /** Its least and its greatest value, of one type: text by its UTF-8 bytes, or numbers. */
  | { readonly is: 'between'; readonly low: NativeValue; readonly high: NativeValue }
  | { readonly is: 'present'; readonly present: boolean }
  /** Any of these; nothing matches where there is none. */
  | { readonly is: 'any'; readonly of: readonly Matcher[] };

/** Which items a grant is about: attribute → what it must be, all of them; all items where there is none. */
export type Predicate = ReadonlyMap<string, Matcher>;

/** What a grant shows of an item. Key attributes are always shown. */
export interface ReadRule {
  /** The attributes that are shown; all but the hidden ones where it is undefined. */
  readonly only: ReadonlySet<string> | undefined;
  readonly hide: ReadonlySet<string>;
  /** Shown as `[redacted]`. */
  readonly redact: ReadonlySet<string>;
  /** Shown as a keyed hash of their values. */
  readonly hash: ReadonlySet<string>;
}

/** A value of an attribute, and those that may follow it. */
export interface Transition {
  readonly from: NativeValue;
  readonly to: readonly NativeValue[];
}

/** How a grant lets items be changed. */
export interface WriteRule {
  /** The attributes that may be written; those plainly read where it is undefined. */
  readonly only: ReadonlySet<string> | undefined;
  /** Attribute → the values that it may be given. */
  readonly values: ReadonlyMap<string, readonly NativeValue[]>;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  /** What every write sets besides, and no caller may name. */
  readonly set: ReadonlyMap<string, NativeValue>;
  /** The attributes that an update must name in `expected`. */
  readonly requireExpected: readonly string[];
  readonly createOnly: boolean;
  /** Whether a put may replace an item with attributes that are hidden or may not be written. */
  readonly replace: boolean;
  readonly upsert: boolean;
}

/** A part of a role: what tools may do with which items of one table. */
export interface Grant {
  /** How the policy file would name it, as in `analyst.grants[0]`. */
  readonly name: string;
  readonly table: string;
  readonly items: Predicate;
  readonly tools: ReadonlySet<string> | '*';
  readonly indexes: ReadonlySet<string> | '*';
  /** Undefined where the whole item is shown. */
  readonly read: ReadRule | undefined;
  /** Undefined where every attribute may be written in every way. */
  readonly write: WriteRule | undefined;
}
