import { invalid, ServiceError } from '../../../errors.ts';
import { forbidden } from '../../guard/access.ts';

/** Says of what is wrong in a part of the request where that part stands. */
export function within<Result>(path: string, task: () => Result): Result {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [issue] = error.issues ?? [];
    if (!issue) throw error;
    const at = [path, issue.path].filter(Boolean).join('.');
    throw error.code === 'Forbidden' ? forbidden(at, issue.message) : invalid(at, issue.message);
  }
}
