/** Lists of so many values may be vectors, which some readers are told of and not shown. */
export const SHORTEST_VECTOR = 64;
