import { parseSettings } from '../lib/settings/parse.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { type SynthesizedStack, stacksOf } from '../lib/templates.ts';
import { deploymentOf } from '../tests/properties/deployment.ts';
import { PROPERTIES } from '../tests/properties/properties.ts';
import { VARIANTS } from '../tests/support/variants.ts';
import { mutated, places } from './mutant.ts';
import { RULES } from './rules.ts';

// Weakens the synthesized stacks in every way that the rules know, one at a time, and counts the
// changes that no property notices. The committed templates have no say in it: they are a copy.

/** Together they hold everything that any setting makes. */
const MUTATED = [
  'default',
  'public',
  'with WAF',
  'with a collector',
  'with data events',
  'with PrivateLink',
  'with limits',
  'an existing VPC',
];

interface Weakening {
  kind: string;
  place: string;
  stacks: SynthesizedStack[];
}

/** Every weakening of one stack, the others as they are. */
function* weakenings(stack: SynthesizedStack, stacks: SynthesizedStack[]): Generator<Weakening> {
  if (stack.isProtected) {
    const open = stacks.map((entry) =>
      entry === stack ? { ...entry, isProtected: false } : entry,
    );
    yield { kind: 'a stack can be deleted', place: stack.name, stacks: open };
  }
  for (const place of places([stack])) {
    const where = [place.stack, place.resource, ...place.path].join(' ');
    for (const [kind, value] of RULES.flatMap((rule) => [...rule(place)])) {
      yield { kind, place: where, stacks: mutated(stacks, place, value) };
    }
  }
}

function isNoticed(settings: Settings, stacks: SynthesizedStack[]): boolean {
  const deployment = deploymentOf(settings, stacks);
  return Object.values(PROPERTIES).some((holds) => {
    try {
      holds(deployment);
      return false;
    } catch {
      return true;
    }
  });
}

/** Templates that were weakened: what one variant has like another is weakened once. */
const done = new Set<string>();
const kinds = new Set<string>();
const survivors: string[] = [];
let changes = 0;
for (const variant of MUTATED) {
  const settings = parseSettings(VARIANTS[variant] ?? {});
  const stacks = stacksOf(VARIANTS[variant]);
  if (isNoticed(settings, stacks)) throw new Error(`The properties do not hold: ${variant}`);
  for (const stack of stacks) {
    const template = JSON.stringify(stack.template);
    if (done.has(template)) continue;
    done.add(template);
    for (const { kind, place, stacks: weaker } of weakenings(stack, stacks)) {
      changes += 1;
      kinds.add(kind);
      if (!isNoticed(settings, weaker)) survivors.push(`${kind}: ${place} (${variant})`);
    }
  }
}
for (const survivor of survivors) process.stdout.write(`✗ ${survivor}\n`);
process.stdout.write(
  `${changes} changes of ${kinds.size} kinds: ${changes - survivors.length} noticed, ${survivors.length} survived\n`,
);
process.exitCode = survivors.length > 0 ? 1 : 0;
