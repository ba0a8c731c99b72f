import assert from 'node:assert/strict';
import type { Deployment, Property } from './deployment.ts';

/** The logical ids that a value refers to, with their hashes; of another stack by its export. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, content]) => {
    if (name === 'Ref' && typeof content === 'string') return [content];
    if (name === 'Fn::GetAtt' && Array.isArray(content)) return [String(content[0])];
    if (name === 'Fn::ImportValue') {
      return /ExportsOutput(?:Ref|FnGetAtt)(.+)$/.exec(String(content))?.[1] ?? [];
    }
    return references(content);
  });
}

function isThere(id: string, { resources }: Deployment): boolean {
  return resources.some(({ logicalId }) => id === logicalId || id.startsWith(logicalId));
}

/** Parameters, which people give. */
const GIVEN =
  /^(AWS::|ImageTag|CollectorTag|CertificateArn|DomainName|\w+PrefixList|GitHubRepository|OidcProviderArn)/;

/** What holds between resources. */
export const REFERENCES: Record<string, Property> = {
  'what is referred to is there': (deployment) => {
    const missing = deployment.resources.flatMap(({ id, properties }) =>
      references(properties)
        .filter((reference) => !GIVEN.test(reference) && !isThere(reference, deployment))
        .map((reference) => `${id}: ${reference}`),
    );

    assert.deepEqual(missing, []);
  },
};
