/** The comparisons of plain values, from the placeholders of an attribute and of its operands. */
export const COMPARISONS = {
  eq: (name: string, [value]: string[]) => `${name} = ${value}`,
  lt: (name: string, [value]: string[]) => `${name} < ${value}`,
  lte: (name: string, [value]: string[]) => `${name} <= ${value}`,
  gt: (name: string, [value]: string[]) => `${name} > ${value}`,
  gte: (name: string, [value]: string[]) => `${name} >= ${value}`,
  begins_with: (name: string, [value]: string[]) => `begins_with(${name}, ${value})`,
  between: (name: string, [low, high]: string[]) => `${name} BETWEEN ${low} AND ${high}`,
};
