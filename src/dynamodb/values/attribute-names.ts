import { invalid } from '../../errors.ts';

/** The only member of a tagged value, as in `{"$ddb": {"SS": ["a", "b"]}}`. */
export const TAG = '$ddb';

const DOLLAR = 36;
const LIKE_TAG = /^\$+ddb$/;

/**
 * The attribute name that a member name of a request stands for: `$$ddb` is the attribute `$ddb`.
 * Refuses what cannot be an attribute's name here.
 */
export function decodeName(name: string, path: string): string {
  if (isLikeTag(name)) {
    if (name === TAG) {
      throw invalid(
        path,
        `"${TAG}" marks a typed value; write "$${TAG}" for an attribute "${TAG}"`,
      );
    }
    return name.slice(1);
  }
  refuseName(name, path);
  return name;
}

/** The name that decodeName gives, of a member that it may refuse. */
export function storedName(member: string): string {
  return isLikeTag(member) && member !== TAG ? member.slice(1) : member;
}

/** Refuses a name that would be lost or changed on its way to DynamoDB. */
export function refuseName(name: string, path: string): void {
  if (name === '__proto__') {
    throw invalid(path, 'an attribute named "__proto__" cannot be accepted');
  }
  if (!name.isWellFormed()) {
    throw invalid(path, 'an attribute name must not contain a lone surrogate');
  }
}

/** The member name that stands for a stored attribute in a reply: the inverse of decodeName. */
export function encodeName(name: string): string {
  return isLikeTag(name) ? `$${name}` : name;
}

/** Every name of every item comes by here: one character tells for nearly all. */
function isLikeTag(name: string): boolean {
  return name.charCodeAt(0) === DOLLAR && LIKE_TAG.test(name);
}
