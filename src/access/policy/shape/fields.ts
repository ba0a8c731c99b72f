import { z } from 'zod';
import { type ExactNumber, isExactNumber } from '../../../json/decimal.ts';

/** The sentence for what is there and wrong; what is not there is required. */
export function unless(message: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      input === undefined ? 'is required' : message,
  };
}

/** A list that says something, each thing once. */
export function listOf<Element extends z.ZodType>(element: Element) {
  return z
    .array(element)
    .min(1, 'must not be empty')
    .refine(
      (list) => new Set(list.map((each) => JSON.stringify(each))).size === list.length,
      'names something twice',
    )
    .meta({ uniqueItems: true });
}

/** Members by names that the operator chooses. */
export function namedBy<Member extends z.ZodType>(member: Member) {
  return z
    .record(z.string().min(1, 'a name must not be empty'), member)
    .refine((members) => Object.keys(members).length > 0, 'must not be empty')
    .meta({ minProperties: 1 });
}

/** An object that says something. */
export function atLeastOne<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .refine((members) => Object.keys(members).length > 0, 'must not be empty')
    .meta({ minProperties: 1 });
}

/** Everything of its kind. */
export const ALL = z.literal('*');

/** A number, with all its digits. */
const exactNumber = z
  .custom<ExactNumber>(isExactNumber, {
    ...unless('must be a number'),
    params: { isKind: true },
  })
  .meta({ type: 'number' });

/** A value that texts, numbers and truth values of items and claims are compared with. */
export const scalar = z.union(
  [z.string(), exactNumber, z.boolean()],
  unless('must be a text, a number, true or false'),
);

export type Scalar = z.output<typeof scalar>;

/** The name of an attribute. */
export const attribute = z
  .string(unless('must be the name of an attribute'))
  .min(1, 'must be the name of an attribute');

/** The name of a tool; the registry says which there are. */
export const toolName = z
  .string(unless('must be the name of a tool'))
  .min(1, 'must be the name of a tool');
