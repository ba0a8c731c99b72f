import { counted } from '../counted.ts';
import { useShortcuts } from '../shortcuts.tsx';
import type { Item } from '../values/attribute-value.ts';
import type { Page, Pages } from './pages.ts';

interface Props {
  pages: Pages;
  page: Page;
  chosen: Item[];
  mayCreate: boolean;
  mayDelete: boolean;
  onShow: (what: 'call' | 'new' | 'delete') => void;
}

/** What a page is, and what can be done with it. */
export function Results({ pages, page, chosen, mayCreate, mayDelete, onShow }: Props) {
  const { isRunning } = pages.task;
  useShortcuts([
    { key: 'n', title: 'The next page', run: pages.next },
    { key: 'b', title: 'The page before', run: pages.back },
    { key: 'r', title: 'Read the page again', run: pages.again },
    ...(mayCreate ? [{ key: 'c', title: 'Create an item', run: () => onShow('new') }] : []),
  ]);
  return (
    <div class="row results">
      <span role="status">{summary(page, pages.number)}</span>
      <button type="button" disabled={isRunning || pages.number < 2} onClick={pages.back}>
        ← Back
      </button>
      <button type="button" disabled={isRunning || !page.next} onClick={pages.next}>
        Next →
      </button>
      <button type="button" onClick={() => onShow('call')}>
        As a call
      </button>
      {mayCreate && (
        <button type="button" onClick={() => onShow('new')}>
          New item
        </button>
      )}
      {mayDelete && chosen.length > 0 && (
        <button type="button" class="danger" onClick={() => onShow('delete')}>
          Delete {chosen.length}
        </button>
      )}
    </div>
  );
}

function summary({ items, count, scanned, next, cost }: Page, number: number): string {
  const units = cost.capacity === undefined ? '' : ` · ${counted(cost.capacity, 'unit')}`;
  const read = scanned !== undefined && scanned !== count ? ` of ${scanned} read` : '';
  const shown =
    items.length === 0 && count > 0
      ? `${count.toLocaleString('en')} counted`
      : `${counted(count, 'item')}${read}`;
  return `Page ${number}: ${shown}${next ? ', more remains' : ', that is all'}${units} · ${Math.round(cost.milliseconds)} ms`;
}
