import { App, LegacyStackSynthesizer, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NetworkStack } from './network/network-stack.ts';
import { ObservabilityStack } from './observability/observability-stack.ts';
import { ServiceStack } from './service/service-stack.ts';
import { parseSettings } from './settings.ts';
import { StorageStack } from './storage/storage-stack.ts';

/** Rules of CDK that hold however the application is started, so they are not left to cdk.json. */
const RULES = {
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-ecs:removeDefaultDeploymentAlarm': true,
};

/** Context is for the settings; outdir for the cloud assembly, which is a temporary folder if absent. */
export interface AppOptions {
  context?: Record<string, string>;
  outdir?: string;
}

/** The four stacks in the order of their deployment, for any account and region. */
export function createApp({ context = {}, outdir }: AppOptions = {}): App {
  const app = new App({
    outdir,
    context,
    postCliContext: RULES,
    analyticsReporting: false,
    // Templates without assets and within the inline limit need no bootstrap, and no CDK.
    defaultStackSynthesizer: new LegacyStackSynthesizer(),
  });
  const settings = parseSettings(app.node.getAllContext());
  const stack = (part: string, description: string): StackProps => ({
    stackName: `DynamodbMcp${part}`,
    description: `dynamodb-mcp-server: ${description}`,
  });
  const storage = new StorageStack(app, 'Storage', {
    ...stack('Storage', 'what is kept: table, images, secret, logs'),
    settings,
  });
  const network = new NetworkStack(app, 'Network', {
    ...stack('Network', 'the VPC, its endpoints and security groups'),
    settings,
    storage,
  });
  const service = new ServiceStack(app, 'Service', {
    ...stack('Service', 'tasks on Fargate behind a load balancer'),
    settings,
    storage,
    network,
  });
  new ObservabilityStack(app, 'Observability', {
    ...stack('Observability', 'alarms, dashboard, audit'),
    settings,
    storage,
    service,
  });
  Tags.of(app).add('service', 'dynamodb-mcp-server');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
