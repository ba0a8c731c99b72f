import type { JsonObject } from '../../json/parse.ts';
import { Copyable, Dialog } from '../parts.tsx';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { toPlain } from '../values/attribute-value.ts';
import { asCurl } from '../values/call-texts.ts';
import { differences } from './change.ts';

interface Props {
  before: Item;
  after: Item;
  request: { tool: string; input: JsonObject };
  onSave: (request: { tool: string; input: JsonObject }) => void;
  onClose: () => void;
}

/** What a save would change, before it is done. */
export function Changes({ before, after, request, onSave, onClose }: Props) {
  return (
    <Dialog title="Save these changes?" onClose={onClose}>
      <Differences before={before} after={after} titles={['as read', 'to be saved']} />
      <details>
        <summary>As a call</summary>
        <Copyable label="curl" text={asCurl(request.tool, request.input)} />
      </details>
      <footer class="row">
        <button type="button" class="primary" onClick={() => onSave(request)}>
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
