import { type Deployment, valuesAt } from './deployment.ts';

/** A container of a task definition, by its name; empty where there is none. */
export function container({ of }: Deployment, name: string): Record<string, unknown> {
  const found = of('AWS::ECS::TaskDefinition')
    .flatMap(({ properties }) => valuesAt(properties, 'ContainerDefinitions[]'))
    .find((definition) => valuesAt(definition, 'Name')[0] === name);
  return typeof found === 'object' && found !== null ? { ...found } : {};
}
