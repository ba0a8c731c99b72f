import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../acknowledge.ts';

/** Gives a role its statements; a reason says why patterns among them are as narrow as can be. */
export function grant(role: Role, statements: PolicyStatement[], reason: string): void {
  const { stack } = role;
  for (const statement of statements) {
    role.addToPolicy(statement);
    const patterns = [
      ...statement.actions.map((action) => `Action::${action}`),
      ...statement.resources.map((resource) => `Resource::${inWords(stack, resource)}`),
    ].filter((finding) => finding.includes('*'));
    acknowledge(
      role,
      Object.fromEntries(patterns.map((finding) => [`AwsSolutions-IAM5[${finding}]`, reason])),
    );
  }
}

/** An ARN with its pseudo parameters as cdk-nag writes them. */
function inWords(stack: Stack, arn: string): string {
  const resolved: string | { 'Fn::Join': [string, (string | { Ref: string })[]] } =
    Stack.of(stack).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const [, parts] = resolved['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}
