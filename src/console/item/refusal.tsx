import { Failure } from '../parts.tsx';
import type { Item } from '../values/attribute-value.ts';
import { differences } from './change.ts';
import { Differences } from './changes.tsx';
import type { ItemState } from './item-state.ts';

/** Why the last thing was not done; with both versions where the item has changed. */
export function Refusal(props: { state: ItemState; onConfirm: (confirmation: string) => void }) {
  const { failure, stored, item, take, keep } = props.state;
  if (!failure) return null;
  if (!stored) return <Failure failure={failure} onConfirm={props.onConfirm} />;
  if (differences(stored, item).length === 0) {
    return (
      <section class="failure" role="alert">
        <h3>What you wanted to save is stored already.</h3>
        <button type="button" onClick={() => take(stored)}>
          Go on with it
        </button>
      </section>
    );
  }
  return (
    <Conflict mine={item} theirs={stored} onTake={() => take(stored)} onKeep={() => keep(stored)} />
  );
}

/** Somebody else has changed the item in the meantime: both versions, and what can be done. */
function Conflict(props: { mine: Item; theirs: Item; onTake: () => void; onKeep: () => void }) {
  return (
    <section class="failure" role="alert">
      <h3>The item has changed since it was read. Nothing was saved.</h3>
      <Differences before={props.theirs} after={props.mine} titles={['stored now', 'yours']} />
      <div class="row">
        <button type="button" onClick={props.onTake}>
          Use the stored version
        </button>
        <button type="button" onClick={props.onKeep}>
          Keep my version, to save it over the stored one
        </button>
      </div>
    </section>
  );
}
