import { useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { type Cost, read, type ToolCall } from '../service.ts';
import { noteSizes, type Table } from '../table.ts';
import { type Task, useTask } from '../use-task.ts';
import { type Item, itemFromReply } from '../values/attribute-value.ts';

/** A page that was read. */
export interface Page {
  call: ToolCall;
  items: Item[];
  count: number;
  /** Undefined where a policy keeps it. */
  scanned: number | undefined;
  /** The key to go on from. */
  next: unknown;
  cost: Cost;
}

/** The pages of one request, up to the one that is shown. */
export interface Pages {
  readonly task: Task;
  readonly page: Page | undefined;
  readonly number: number;
  /** Reads the first page of a request; what was read before is gone. */
  start(call: ToolCall): void;
  next(): void;
  back(): void;
  /** Reads the page that is shown once more, or what failed. */
  again(): void;
}

/** Reads pages, each by the request that the first one was read by. */
export function usePages(table: Table): Pages {
  const task = useTask();
  const [pages, setPages] = useState<Page[]>([]);
  const [last, setLast] = useState<{ call: ToolCall; before: Page[] }>();
  const page = pages.at(-1);
  const go = (call: ToolCall, before: Page[]) => {
    setLast({ call, before });
    void task.run(async (signal) => {
      // Where the first page cannot be read, none of an earlier request stays in its place.
      if (before.length === 0) setPages([]);
      const reply = await read(call, signal);
      const next = pageOf(call, reply);
      noteSizes(table, next.items);
      setPages([...before, next]);
    });
  };
  return {
    task,
    page,
    number: pages.length,
    start: (call) => go(call, []),
    next: () => {
      if (!page?.next) return;
      const { tool, input } = page.call;
      go({ tool, input: { ...input, last_evaluated_key: page.next } }, pages);
    },
    back: () => {
      if (pages.length < 2) return;
      task.stop();
      task.forget();
      setPages(pages.slice(0, -1));
    },
    again: () => {
      if (task.failure && last) go(last.call, last.before);
      else if (page) go(page.call, pages.slice(0, -1));
    },
  };
}

function pageOf(call: ToolCall, reply: JsonObject & { cost: Cost }): Page {
  const { items, count, scanned_count: scanned, last_evaluated_key: next, cost } = reply;
  return {
    call,
    items: ((items ?? []) as JsonObject[]).map(itemFromReply),
    count: Number(count),
    scanned: scanned === undefined ? undefined : Number(scanned),
    next,
    cost,
  };
}
