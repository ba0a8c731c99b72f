/** What JSON is written with, as character codes, which are its bytes too. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const OBJECT = 0x7b;
export const OBJECT_END = 0x7d;
export const ARRAY = 0x5b;
export const ARRAY_END = 0x5d;
/** The first letter of true. */
export const TRUE = 0x74;
/** Whatever is less is white space between values, and must not stand in a string. */
export const SPACE = 0x20;
