import type { Item } from '../values/attribute-value.ts';
import { Differences } from './changes.tsx';

/** Somebody else has changed the item in the meantime: both versions, and what can be done. */
export function Conflict(props: {
  mine: Item;
  theirs: Item;
  onTake: () => void;
  onKeep: () => void;
}) {
  return (
    <section class="failure" role="alert">
      <h3>The item has changed since it was read. Nothing was saved.</h3>
      <Differences before={props.theirs} after={props.mine} titles={['stored now', 'yours']} />
      <div class="row">
        <button type="button" onClick={props.onTake}>
          Take what is stored
        </button>
        <button type="button" onClick={props.onKeep}>
          Keep mine, to save it over what is stored
        </button>
      </div>
    </section>
  );
}
