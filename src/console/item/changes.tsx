import { useState } from 'preact/hooks';
import { Dialog } from '../parts.tsx';
import type { ToolCall } from '../service.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { toPlain } from '../values/attribute-value.ts';
import { CallViews } from '../values/call-views.tsx';
import { differences } from './change.ts';

interface Props {
  before: Item;
  after: Item;
  call: ToolCall;
  onSave: (call: ToolCall) => void;
  onClose: () => void;
}

/** What a save would change, before it is done. */
export function Changes({ before, after, call, onSave, onClose }: Props) {
  const [showsCall, setShowsCall] = useState(false);
  return (
    <Dialog title="Save these changes?" onClose={onClose}>
      <Differences before={before} after={after} titles={['as read', 'to be saved']} />
      {call.tool === 'put_item' && Object.keys(before).length > 0 && (
        <p class="note">
          The key is another one: a new item is created, and the one that was read stays.
        </p>
      )}
      <details onToggle={(event) => setShowsCall(event.currentTarget.open)}>
        <summary>As a call</summary>
        {showsCall && <CallViews call={call} />}
      </details>
      <footer class="row">
        {/* biome-ignore lint/a11y/noAutofocus: what somebody asked for is one key away */}
        <button type="button" class="primary" autoFocus onClick={() => onSave(call)}>
          Save
        </button>
        <button type="button" onClick={onClose}>
          Back
        </button>
      </footer>
    </Dialog>
  );
}

/** Two versions of an item, attribute by attribute, where they differ. */
export function Differences({
  before,
  after,
  titles,
}: {
  before: Item;
  after: Item;
  titles: [string, string];
}) {
  return (
    <table class="differences">
      <thead>
        <tr>
          <th>attribute</th>
          <th>{titles[0]}</th>
          <th>{titles[1]}</th>
        </tr>
      </thead>
      <tbody>
        {differences(before, after).map((each) => (
          <tr key={each.name}>
            <th scope="row">{each.name}</th>
            <td>
              <del>{shown(each.before)}</del>
            </td>
            <td>
              <ins>{shown(each.after)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shown(value: AttributeValue | undefined): string {
  return value === undefined ? '' : JSON.stringify(toPlain(value), null, 1);
}
