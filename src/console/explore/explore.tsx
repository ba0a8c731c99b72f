import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { ASKS_ABOVE_UNITS, estimateText, readEstimate } from '../cost.ts';
import { ItemDialog } from '../item/item-dialog.tsx';
import { Failure } from '../parts.tsx';
import type { RoomProps } from '../rooms.ts';
import { type Cost, call, type ServiceFailure } from '../service.ts';
import { type Item, itemFromReply } from '../values/attribute-value.ts';
import { CallViews } from '../values/call-views.tsx';
import { ConditionForm } from './condition-form.tsx';
import { DeleteMany } from './delete-many.tsx';
import { Items } from './items.tsx';
import { type Asked, NOTHING, requestOf } from './request.ts';

/** A page that was read. */
interface Page {
  request: { tool: string; input: JsonObject };
  items: Item[];
  count: number;
  scanned: number | undefined;
  next: unknown;
  cost: Cost;
}

/** What is shown beside the items. */
type Open = { item: Item | undefined } | 'call' | 'delete' | undefined;

/** Reads pages of the table or an index. */
export function Explore({ table, session }: RoomProps) {
  const [asked, setAsked] = useState<Asked>(() => askedInAddress());
  const [pages, setPages] = useState<Page[]>([]);
  const [failure, setFailure] = useState<ServiceFailure>();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<Open>();
  const [chosen, setChosen] = useState<Item[]>([]);
  const page = pages.at(-1);
  const mayWrite = session.tools.includes('put_item');

  const read = async (before: Page[], from?: unknown) => {
    const request = requestOf(table, asked, from);
    const estimate = readEstimate(table, asked.limit, asked.consistent);
    if (
      estimate.units > ASKS_ABOVE_UNITS &&
      !confirm(`This reads ${estimateText(estimate)}. Go on?`)
    )
      return;
    setBusy(true);
    setFailure(undefined);
    try {
      const reply = await call(request.tool, request.input);
      const items = ((reply.items ?? []) as JsonObject[]).map(itemFromReply);
      const { count, scanned_count: scanned, last_evaluated_key: next, cost } = reply;
      setPages([
        ...before,
        {
          request,
          items,
          count: Number(count),
          scanned: scanned as number | undefined,
          next,
          cost,
        },
      ]);
      setChosen([]);
    } catch (error) {
      setFailure(error as ServiceFailure);
    } finally {
      setBusy(false);
    }
  };
  const readAgain = () => void read(pages.slice(0, -1), pages.at(-2)?.next);
  useEffect(() => void read([]), []);

  return (
    <>
      <ConditionForm
        table={table}
        asked={asked}
        busy={busy}
        onChange={setAsked}
        onRun={() => void read([])}
      />
      <p class="estimate">
        A page reads {estimateText(readEstimate(table, asked.limit, asked.consistent))}.
      </p>
      {failure && <Failure failure={failure} onAgain={readAgain} />}
      {page && (
        <>
          <div class="row results" role="status">
            <span>{summary(page, pages.length)}</span>
            <button
              type="button"
              disabled={busy || pages.length < 2}
              onClick={() => setPages(pages.slice(0, -1))}
            >
              ← Back
            </button>
            <button
              type="button"
              disabled={busy || !page.next}
              onClick={() => void read(pages, page.next)}
            >
              Next →
            </button>
            <button type="button" onClick={() => setOpen('call')}>
              As a call
            </button>
            {mayWrite && (
              <button type="button" onClick={() => setOpen({ item: undefined })}>
                New item
              </button>
            )}
            {mayWrite && chosen.length > 0 && (
              <button type="button" class="danger" onClick={() => setOpen('delete')}>
                Delete {chosen.length}
              </button>
            )}
          </div>
          <Items
            table={table}
            items={page.items}
            chosen={chosen}
            onChoose={setChosen}
            onOpen={(item) => setOpen({ item })}
          />
        </>
      )}
      {open === 'call' && page && (
        <CallViews table={table} {...page.request} onClose={() => setOpen(undefined)} />
      )}
      {open === 'delete' && (
        <DeleteMany
          table={table}
          items={chosen}
          onClose={() => setOpen(undefined)}
          onDone={readAgain}
        />
      )}
      {typeof open === 'object' && (
        <ItemDialog
          table={table}
          index={asked.index}
          item={open.item}
          mayWrite={mayWrite}
          expects={session.has_policy ? 'changes' : 'all'}
          onClose={() => setOpen(undefined)}
          onSaved={readAgain}
        />
      )}
    </>
  );
}

function summary({ items, count, scanned, next, cost }: Page, number: number): string {
  const units = cost.capacity === undefined ? '' : ` · ${cost.capacity} units`;
  const read = scanned !== undefined && scanned !== count ? ` of ${scanned} read` : '';
  const shown = items.length === 0 && count > 0 ? `${count} counted` : `${count} items${read}`;
  return `Page ${number}: ${shown}${next ? ', more remains' : ', that is all'}${units} · ${Math.round(cost.milliseconds)} ms`;
}

/** What another room asks to see, as in `#explore?index=GSI1&partition=…`. */
function askedInAddress(): Asked {
  const given = new URLSearchParams(location.hash.split('?')[1] ?? '');
  const prefix = given.get('begins_with');
  return {
    ...NOTHING,
    index: given.get('index') ?? undefined,
    partition: given.get('partition') ?? '',
    ...(prefix !== null && { sortOperator: 'begins_with', sort: prefix }),
  };
}
