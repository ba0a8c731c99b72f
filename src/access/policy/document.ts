import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { exactNumber } from '../../json/decimal.ts';
import { Places, WHOLE } from './places.ts';
import type { Path, Problem, Report } from './problems.ts';
import { syntaxMessage } from './syntax.ts';

/** What a YAML or JSON file holds, its numbers exact, and where it says what. */
export interface PolicyDocument {
  readonly value: unknown;
  /** Nothing is to be concluded from the value where the file could not be read. */
  readonly readable: boolean;
  readonly problems: readonly Problem[];
  problemAt(path: Path, message: string): Problem;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** More than any policy needs. */
const MOST_DEPTH = 64;
const NO_ALIASES = 'anchors and aliases are not allowed; for a text with "*" or "&" use quotes';

/**
 * Reads one YAML document, which JSON is too. What could make a reader and the service see
 * different things is a problem: names that stand twice, anchors, aliases, tags and merge keys.
 */
export function readDocument(text: string): PolicyDocument {
  const lines = new LineCounter();
  const document = parseDocument<Node, false>(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    version: '1.2',
    merge: false,
    // The walk below finds them, `1` and `"1"` too.
    uniqueKeys: false,
  });
  const lineAt = (offset: number) => lines.linePos(offset).line || undefined;
  const [error] = document.errors;
  if (error || document.contents === null) {
    const message = error ? syntaxMessage(error.code) : 'is empty';
    const line = error && lineAt(error.pos[0]);
    const problem = { place: WHOLE, line, message };
    return { value: undefined, readable: false, problems: [problem], problemAt: () => problem };
  }
  const places = new Places(lineAt);
  const problems: Problem[] = [];
  const walk: Walk = {
    places,
    report: (path, message) => problems.push(places.problemAt(path, message)),
  };
  const value = readNode(document.contents, [], walk);
  return {
    value,
    readable: true,
    problems,
    problemAt: (path, message) => places.problemAt(path, message),
  };
}

interface Walk {
  readonly places: Places;
  readonly report: Report;
}

function readNode(node: Node | null, path: Path, walk: Walk): unknown {
  if (node === null) return null;
  if (path.length > MOST_DEPTH) return void walk.report(path, 'nests too deep');
  if (isAlias(node)) return void walk.report(path, NO_ALIASES);
  if ('anchor' in node && node.anchor !== undefined) walk.report(path, NO_ALIASES);
  if (node.tag !== undefined) walk.report(path, 'tags, as in "!!str", are not allowed');
  if (isSeq<Node>(node)) {
    return node.items.map((item, index) => {
      const inner = [...path, index];
      walk.places.see(inner, item);
      return readNode(item, inner, walk);
    });
  }
  if (isMap<Node, Node>(node)) return membersOf(node.items, path, walk);
  if (isScalar(node)) return scalarOf(node.value, node.source ?? '', path, walk);
  return undefined;
}

function membersOf(pairs: Pair<Node, Node>[], path: Path, walk: Walk): object {
  const members = new Map<string, unknown>();
  for (const { key, value } of pairs) {
    const name = nameOf(key);
    const inner = [...path, name ?? ''];
    walk.places.see(inner, key);
    if (name !== undefined && members.has(name)) {
      walk.report(inner, 'stands twice');
      continue;
    }
    const message = name === undefined ? 'a name must be a text' : nameProblem(name, key);
    if (message) walk.report(inner, message);
    else members.set(name ?? '', readNode(value, inner, walk));
  }
  return Object.fromEntries(members);
}

/** A name as it is written: `1` and `true` are names too. */
function nameOf(key: Node): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

function nameProblem(name: string, key: Node): string | undefined {
  if (name === '<<') return 'merge keys are not allowed; write the members out';
  if (name === '__proto__') return 'a name "__proto__" cannot be used';
  if ('anchor' in key && key.anchor !== undefined) return NO_ALIASES;
  if (key.tag !== undefined) return 'tags, as in "!!str", are not allowed';
  return name.isWellFormed() ? undefined : 'a name must not contain a lone surrogate';
}

function scalarOf(value: unknown, source: string, path: Path, walk: Walk): unknown {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) walk.report(path, 'a text must not contain a lone surrogate');
    return value;
  }
  if (typeof value !== 'number') return value;
  if (JSON_NUMBER.test(source)) return exactNumber(source);
  walk.report(path, 'a number must be written as in JSON; for a text use quotes');
  return value;
}
