import { ServiceError } from '../errors.ts';
import { isJsonObject } from '../json/parse.ts';
import type { Identity } from './identity.ts';
import type { Effect } from './tokens/scopes.ts';
import { effectsOf, insufficientScope, missingScopes, type ScopeTable } from './tokens/scopes.ts';

/** A call before it is looked into: its tool, and what it is to be done with. */
export interface AskedCall {
  readonly tool: { readonly name: string; readonly effect: Effect };
  readonly input: unknown;
}

/** What a call does to stored data: a put that only creates destroys nothing. */
function effectOf({ tool, input }: AskedCall): Effect {
  const creates = tool.name === 'put_item' && isJsonObject(input) && input.create_only === true;
  return creates ? 'write' : tool.effect;
}

/** Refuses a token without a scope that the call needs: with a challenge, where another scope would help. */
export function refuseWithoutScope(identity: Identity, call: AskedCall, scopes: ScopeTable): void {
  if (identity.kind !== 'token' || !scopes) return;
  const effect = effectOf(call);
  if (effectsOf(identity.scopes, scopes).has(effect)) return;
  const missing = missingScopes([effect], identity.scopes, scopes);
  if (missing) throw insufficientScope(missing);
  throw new ServiceError('Forbidden', `No scope of an access token allows ${call.tool.name}.`);
}
