import { useEffect, useState } from 'preact/hooks';
import { estimateText, isWanted, pageEstimate } from '../cost.ts';
import { ItemDialog } from '../item/item-dialog.tsx';
import { Progress } from '../parts.tsx';
import type { TableRoomProps } from '../room.tsx';
import { mayUse, type Session } from '../session.ts';
import type { Item } from '../values/attribute-value.ts';
import { CallDialog } from '../values/call-views.tsx';
import { addressOf, askedIn } from './address.ts';
import { ConditionForm } from './condition-form.tsx';
import { DeleteMany } from './delete-many.tsx';
import { Items } from './items.tsx';
import { usePages } from './pages.ts';
import { type Asked, callOf, repeatedIn } from './request.ts';
import { Results } from './results.tsx';

/** What is shown above the items. */
type Open = { item: Item | undefined } | 'call' | 'delete' | undefined;

/** Reads pages of the table or an index. */
export function Explore({ table, session }: TableRoomProps) {
  const [asked, setAsked] = useState<Asked>(() => askedIn(location.hash));
  const [open, setOpen] = useState<Open>();
  const [chosen, setChosen] = useState<Item[]>([]);
  const pages = usePages(table);
  const { page } = pages;
  const call = callOf(table, asked);
  const hinder = hinderOf(asked, call.tool, session);
  const estimate = pageEstimate(table, asked.limit, asked.consistent);
  const start = () => {
    if (hinder !== undefined || (session.sees_all && !isWanted('reads', estimate))) return;
    const of = session.tables.length > 1 ? table.table : undefined;
    history.replaceState(null, '', addressOf(asked, of));
    pages.start(call);
  };
  const close = () => setOpen(undefined);
  useEffect(start, []);
  useEffect(() => setChosen([]), [page]);

  return (
    <>
      <ConditionForm
        table={table}
        asked={asked}
        mayRun={hinder === undefined}
        onChange={setAsked}
        onRun={start}
      />
      <p class="estimate">
        {hinder ?? (session.sees_all ? `A page reads ${estimateText(estimate)}.` : LIMITED)}
      </p>
      <Progress task={pages.task} onAgain={pages.again} />
      {page && (
        <>
          <Results
            pages={pages}
            page={page}
            chosen={chosen}
            mayCreate={mayUse(session, 'put_item')}
            mayDelete={mayUse(session, 'batch_write_item')}
            onShow={(what) => setOpen(what === 'new' ? { item: undefined } : what)}
          />
          <Items
            table={table}
            items={page.items}
            chosen={chosen}
            onChoose={setChosen}
            onOpen={(item) => setOpen({ item })}
          />
        </>
      )}
      {open === 'call' && page && <CallDialog call={page.call} onClose={close} />}
      {open === 'delete' && (
        <DeleteMany table={table} items={chosen} onClose={close} onDone={pages.again} />
      )}
      {typeof open === 'object' && (
        <ItemDialog
          table={table}
          session={session}
          index={page?.call.input.index_name as string | undefined}
          item={open.item}
          onClose={close}
          onSaved={pages.again}
        />
      )}
    </>
  );
}

const LIMITED =
  'Your role sees some of the items: pages are read until one has any of them, and what that costs is not told.';

/** Why what is asked for cannot be read; undefined where it can. */
function hinderOf({ filters }: Asked, tool: string, session: Session): string | undefined {
  const repeated = repeatedIn(filters);
  if (repeated) return `Two filters say ${repeated}: one of them has to go.`;
  if (mayUse(session, tool)) return undefined;
  return `You may not use ${tool} here${tool === 'scan' ? ': name a partition' : ''}.`;
}
