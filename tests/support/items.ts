import type { TestService } from './service.ts';

/** Items of one partition of a service that is yet to start, which no other test uses. */
export function itemsOf(service: () => TestService, partition: string) {
  let keys = 0;
  const newKey = () => ({ PK: partition, SK: `ITEM#${keys++}` });
  return {
    newKey,
    /** The item as it is now; null where there is none. */
    stored: async (key: object): Promise<unknown> =>
      (await service().call('get_item', { key, consistent_read: true })).body.item,
    /** Stores an item of these attributes; its key. */
    storedItem: async (attributes: object) => {
      const key = newKey();
      await service().call('put_item', { item: { ...key, ...attributes } });
      return key;
    },
  };
}
