/** The types of values whose names have one letter, as character codes. */
export const S = 0x53;
export const N = 0x4e;
export const M = 0x4d;
export const L = 0x4c;
export const B = 0x42;
