/** So many of something, as in `1 item` and `1,200 items`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en', { maximumFractionDigits: 1 })} ${what}${count === 1 ? '' : 's'}`;
}
