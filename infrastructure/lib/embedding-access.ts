import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Settings } from './settings/settings.ts';

/** Leave to ask the one model that makes vectors of texts, if there is one. */
export function embeddingStatements(
  { region, partition }: Stack,
  { embeddingModel }: Pick<Settings, 'embeddingModel'>,
  props: Pick<PolicyStatementProps, 'principals'> = {},
): PolicyStatement[] {
  if (embeddingModel === undefined) return [];
  const model = `arn:${partition}:bedrock:${region}::foundation-model/${embeddingModel}`;
  return [
    new PolicyStatement({
      ...props,
      sid: 'Embeddings',
      actions: ['bedrock:InvokeModel'],
      resources: [model],
    }),
  ];
}
