/** How items can be written, by the names that callers know. */
export const FORMATS = ['jsonl', 'dynamodb-json', 'csv'] as const;

export type FormatName = (typeof FORMATS)[number];
