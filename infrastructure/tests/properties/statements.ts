import { type Deployment, inWords, type Resource, valuesAt } from './deployment.ts';

/** A statement of any policy, in words. */
export interface Statement {
  /** Whose policy it is: a role, an endpoint, a bucket, a topic, a key. */
  of: string;
  stack: string;
  type: string;
  allows: boolean;
  principal: string;
  actions: string[];
  resources: string[];
  condition: string;
}

const PLACES = [
  'PolicyDocument',
  'AssumeRolePolicyDocument',
  'KeyPolicy',
  'ResourcePolicy',
  'RepositoryPolicyText',
];

/** Every statement of every policy. */
export function statementsOf(deployment: Deployment): Statement[] {
  return deployment.resources.flatMap((resource) =>
    PLACES.flatMap((place) => valuesAt(document(resource, place), 'Statement[]'))
      .filter((statement) => statement !== undefined)
      .map((statement) => inStatement(resource, statement)),
  );
}

/** CloudWatch Logs takes its policy as text. */
function document({ properties }: Resource, place: string): unknown {
  const [policy] = valuesAt(properties, place);
  if (typeof policy !== 'object' || policy === null || !('Fn::Join' in policy)) return policy;
  return JSON.parse(inWords(policy));
}

function inStatement(resource: Resource, statement: unknown): Statement {
  const [effect] = valuesAt(statement, 'Effect');
  const list = (name: string) =>
    valuesAt(statement, name)
      .flat()
      .filter((entry) => entry !== undefined)
      .map(inWords);
  const [condition] = valuesAt(statement, 'Condition');
  const [principal] = valuesAt(statement, 'Principal');
  return {
    of: owner(resource),
    stack: resource.stack,
    type: resource.type,
    allows: effect === 'Allow',
    principal: principal === undefined ? '' : inWords(principal),
    actions: [...list('Action'), ...list('NotAction').map((action) => `not ${action}`)],
    resources: [...list('Resource'), ...list('NotResource').map((arn) => `not ${arn}`)],
    condition: condition === undefined ? '' : inWords(condition),
  };
}

function owner({ type, id, properties }: Resource): string {
  if (type === 'AWS::IAM::Policy')
    return inWords(valuesAt(properties, 'Roles[]')).replace(/[<>]/g, '');
  if (type === 'AWS::S3::BucketPolicy') return inWords(properties.Bucket).replace(/[<>]/g, '');
  return id;
}
