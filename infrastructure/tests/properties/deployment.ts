import type { Settings } from '../../lib/settings/settings.ts';
import type { SynthesizedStack } from '../../lib/templates.ts';

/** A resource of a template, with its logical id as it was given, without CDK's hash. */
export interface Resource {
  id: string;
  logicalId: string;
  stack: string;
  type: string;
  properties: Record<string, unknown>;
  isKept: boolean;
}

/** Everything that one set of settings makes. */
export interface Deployment {
  settings: Settings;
  resources: Resource[];
  /** Stacks that cannot be deleted by accident. */
  protectedStacks: string[];
  of(type: string): Resource[];
}

/** What must hold for a deployment; throws where it does not. */
export type Property = (deployment: Deployment) => void;

const HASH = /[0-9A-F]{8}$/;

interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export function deploymentOf(settings: Settings, stacks: SynthesizedStack[]): Deployment {
  const resources = stacks.flatMap(({ name, template }) =>
    // What a template holds is CloudFormation's own shape.
    Object.entries(template.Resources as Record<string, TemplateResource>).map(
      ([id, { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy }]) => ({
        id: id.replace(HASH, ''),
        logicalId: id,
        stack: name,
        type: Type,
        properties: Properties,
        isKept: DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain',
      }),
    ),
  );
  return {
    settings,
    resources,
    protectedStacks: stacks.filter(({ isProtected }) => isProtected).map(({ name }) => name),
    of: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** A value in words: texts as they are, `<Table>` for what refers to a resource, whatever the stack. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(inWords).join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name = '', content] = []] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return `<${String(content).replace(HASH, '')}>`;
    case 'Fn::GetAtt':
      return `<${String((content as unknown[])[0]).replace(HASH, '')}>`;
    case 'Fn::ImportValue':
      return `<${/ExportsOutput(?:Ref|FnGetAtt)(.+?)(?:[0-9A-F]{8}|$)/.exec(String(content))?.[1]}>`;
    case 'Fn::Join':
      return (content as [string, unknown[]])[1].map(inWords).join('');
    case 'Fn::If':
      return `<${inWords((content as unknown[])[1])} or ${inWords((content as unknown[])[2])}>`;
    default:
      return Object.entries(value)
        .map(([key, member]) => `${key}=${inWords(member)}`)
        .join(' ');
  }
}

/** The values at a path such as `Rules[].Status`, every element of a list; undefined for what is absent, also of an empty list. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const [step = '', ...rest] = path.split('.');
  const name = step.replace(/\[\]$/, '');
  const member = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const isList = step.endsWith('[]');
  const next =
    isList && Array.isArray(member) && member.length > 0 ? member : [isList ? undefined : member];
  return rest.length === 0 ? next : next.flatMap((entry) => valuesAt(entry, rest.join('.')));
}

/** Attributes that are a list of keys and values, as load balancers have them. */
export function attributes({ properties }: Resource): Record<string, string> {
  const lists = ['LoadBalancerAttributes', 'TargetGroupAttributes'].flatMap((name) =>
    valuesAt(properties, `${name}[]`),
  );
  return Object.fromEntries(
    lists.flatMap((entry) => {
      const [key, value] = [valuesAt(entry, 'Key')[0], valuesAt(entry, 'Value')[0]];
      return typeof key === 'string' ? [[key, inWords(value)]] : [];
    }),
  );
}
