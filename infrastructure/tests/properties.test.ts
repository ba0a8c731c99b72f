import { describe, test } from 'vitest';
import { parseSettings } from '../lib/settings/parse.ts';
import { deploymentOf } from './properties/deployment.ts';
import { PROPERTIES } from './properties/properties.ts';
import { synthesizedStacks } from './support/stacks.ts';
import { VARIANTS } from './support/variants.ts';

describe.each(Object.entries(VARIANTS))('%s', (variant, context) => {
  const deployment = deploymentOf(parseSettings(context), synthesizedStacks(variant));

  test.each(Object.entries(PROPERTIES))('%s', (_sentence, holds) => holds(deployment));
});
