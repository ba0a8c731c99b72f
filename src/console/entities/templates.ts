/** What ids stand between in keys, in the order in which they are looked for. */
const SEPARATORS = ['#', '|', '::', ':', '/'];
/** A part that names a kind of thing rather than one of them. */
const KIND = /^[A-Z][A-Z_-]*$|^[a-z][a-z_-]*$/;
/** What stands for an id. */
export const ANY = '…';

/** The form of keys such as `PROJECT#test123`: `PROJECT#…`. */
export type Template = (key: string) => string;

/** What the keys of a sample have in common: parts that name a kind stay, ids go. */
export function templateOf(keys: readonly string[]): Template {
  const separator = SEPARATORS.find((each) => keys.some((key) => key.includes(each)));
  if (separator === undefined) return (key) => (isKind(key, keys) ? key : ANY);
  const counts = new Map<string, number>();
  for (const part of keys.flatMap((key) => placed(key, separator))) {
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return (key) =>
    placed(key, separator)
      .map((part) => {
        const text = part.slice(part.indexOf(' ') + 1);
        // A kind is written as one, or stands in several keys and has no digits.
        const isNamed = /^[A-Z][A-Z_-]*$/.test(text);
        return isNamed || (KIND.test(text) && (counts.get(part) ?? 0) > 2) ? text : ANY;
      })
      .join(separator);
}

function isKind(key: string, keys: readonly string[]): boolean {
  return /^[A-Z][A-Z_-]*$/.test(key) && keys.filter((each) => each === key).length > 0;
}

/** The parts of a key with their places. */
function placed(key: string, separator: string): string[] {
  return key.split(separator).map((part, at) => `${at} ${part}`);
}

/** What stands before the first id of a template: what `begins_with` can ask for. */
export function prefixOf(template: string): string {
  return template.split(ANY)[0] ?? '';
}
