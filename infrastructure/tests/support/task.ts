import type { Stacks } from './stacks.ts';

/** What the environment of a task looks like once the names are known. */
export const OPTIONS = {
  region: 'eu-central-1',
  tableName: 'MedAssureAI_Artifacts',
  furtherTables: [],
  readOnly: false,
  domainName: 'dynamodb.example.com',
  vpcCidr: '10.0.0.0/16',
};
/** A value of API_KEYS that the service takes. */
export const KEYS = { API_KEYS: `ops:${'0'.repeat(64)}` };

/** The task definition of a variant. */
export const task = ({ Service }: Stacks) => {
  const [found] = Object.values(Service.findResources('AWS::ECS::TaskDefinition'))
    .map(({ Properties }) => Properties)
    .filter(({ ContainerDefinitions }) =>
      ContainerDefinitions.some(({ Name }: { Name: string }) => Name === 'service'),
    );
  return found;
};
/** Its container of the service. */
export const container = (stacks: Stacks) => task(stacks).ContainerDefinitions[0];
