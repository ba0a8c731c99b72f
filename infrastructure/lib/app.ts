import { App, LegacyStackSynthesizer, Tags, Validations } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { namesOf } from './names.ts';
import { NetworkStack } from './network/network-stack.ts';
import { DashboardStack } from './observability/dashboard-stack.ts';
import { ObservabilityStack } from './observability/observability-stack.ts';
import { ReleaseStack } from './release/release-stack.ts';
import { ServiceStack } from './service/service-stack.ts';
import { parseSettings } from './settings/parse.ts';
import { StorageStack } from './storage/storage-stack.ts';

/**
 * CDK's switches, set here so that they hold however the application is started: what the pinned
 * version recommends, bad properties reported, exports that stay while another stack needs them,
 * and templates without indentation, which would count towards the limit of inline templates.
 */
const SWITCHES = {
  ...CURRENTLY_RECOMMENDED_FLAGS,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:suppressTemplateIndentation': true,
};

/** Context is for the settings; outdir for the cloud assembly, which is a temporary folder if absent. */
export interface AppOptions {
  context?: Record<string, unknown>;
  outdir?: string;
}

/** The stacks of a stage in the order of their deployment, for any account and region. */
export function createApp({ context = {}, outdir }: AppOptions = {}): App {
  const app = new App({
    outdir,
    context,
    postCliContext: SWITCHES,
    analyticsReporting: false,
    // Templates without assets and within the inline limit need no bootstrap, and no CDK.
    defaultStackSynthesizer: new LegacyStackSynthesizer(),
  });
  const settings = parseSettings(app.node.getAllContext());
  const { stack: nameOf } = namesOf(settings);
  const stack = (description: string) => ({
    description: `dynamodb-mcp-server: ${description}`,
    settings,
  });
  const storage = new StorageStack(
    app,
    nameOf('Storage'),
    stack('what is kept: table, images, secret, logs'),
  );
  const network = new NetworkStack(app, nameOf('Network'), {
    ...stack('the VPC, its endpoints and security groups'),
    storage,
  });
  const service = new ServiceStack(app, nameOf('Service'), {
    ...stack('tasks on Fargate behind a load balancer'),
    storage,
    network,
  });
  const observability = new ObservabilityStack(app, nameOf('Observability'), {
    ...stack('alarms, metrics from the log, audit'),
    storage,
    service,
  });
  new DashboardStack(app, nameOf('Dashboard'), {
    ...stack('the dashboard'),
    storage,
    observability,
  });
  new ReleaseStack(app, 'DynamodbMcpRelease', {
    description: 'dynamodb-mcp-server: the roles of releases from GitHub',
  });
  Tags.of(app).add('service', 'dynamodb-mcp-server');
  Tags.of(app).add('stage', settings.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
