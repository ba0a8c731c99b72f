import { invalid } from '../../errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { presentKey } from '../operations/result-size.ts';
import { canonical } from '../values/same-value.ts';
import type { ReadGuard } from './read-guard.ts';

const FIELD = 'last_evaluated_key';

/** A page key in the form in which the caller has it: as it is, or sealed because it names a hidden item. */
export interface CursorForm {
  write(key: JsonObject, call: Call): JsonObject | string;
  /** Throws ValidationError for what is no page key of the same request. */
  read(given: JsonObject | string): JsonObject;
}

/** The form of page keys: sealed for a role that is limited to some items. */
export function cursorForm(guard: ReadGuard | undefined, request: object): CursorForm {
  if (!guard?.isLimited) return PLAIN;
  const { access, table } = guard;
  const context = canonical([table, request]);
  return {
    write: (key) => access.seal(JSON.stringify(key), context),
    read: (given) => {
      const text = typeof given === 'string' ? access.open(given, context) : undefined;
      const key: unknown = text === undefined ? undefined : parseJson(text);
      if (isJsonObject(key)) return key;
      throw invalid(
        FIELD,
        'does not belong to this request: send it back unchanged, with the same request',
      );
    },
  };
}

const PLAIN: CursorForm = {
  write: presentKey,
  read: (given) => {
    if (typeof given !== 'string') return given;
    throw invalid(FIELD, 'must be an object');
  },
};
