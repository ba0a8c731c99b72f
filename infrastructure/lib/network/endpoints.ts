import type { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { metricStatements, traceStatements } from '../collector-access.ts';
import { embeddingStatements } from '../embedding-access.ts';
import type { Settings } from '../settings/settings.ts';
import { LOG_ACTIONS, PULL_ACTIONS, SECRET_ACTION, TOKEN_ACTION } from '../start-actions.ts';
import { imageRepositories, type StorageStack } from '../storage/storage-stack.ts';
import { tableStatements } from '../table-access.ts';

/** Roles are checked where they are given permissions; endpoints limit what anybody can reach. */
const ANYBODY = { principals: [new AnyPrincipal()] };

/** The only ways out of the VPC, each limited to the one thing that the service has behind it. */
export function addEndpoints(
  stack: Stack,
  vpc: IVpc,
  securityGroup: ISecurityGroup,
  storage: StorageStack,
  settings: Settings,
): void {
  const { region, partition } = stack;
  const allow = (actions: string[], ...resources: string[]) =>
    new PolicyStatement({ ...ANYBODY, actions, resources });
  // A public load balancer has no use for them.
  const subnets = [{ subnetType: SubnetType.PRIVATE_ISOLATED }];
  const { DYNAMODB, S3 } = GatewayVpcEndpointAwsService;
  const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS, SECRETS_MANAGER, BEDROCK_RUNTIME, XRAY } =
    InterfaceVpcEndpointAwsService;

  const dynamodb = vpc.addGatewayEndpoint('DynamoDbEndpoint', { service: DYNAMODB, subnets });
  for (const statement of tableStatements(storage.table, settings, ANYBODY)) {
    dynamodb.addToPolicy(statement);
  }
  // ECR keeps the layers of images in this bucket of its own.
  const layers = `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`;
  vpc
    .addGatewayEndpoint('S3Endpoint', { service: S3, subnets })
    .addToPolicy(allow(['s3:GetObject'], layers));

  const images = imageRepositories(storage).map(({ repositoryArn }) => repositoryArn);
  const pull = [allow([TOKEN_ACTION], '*'), allow(PULL_ACTIONS, ...images)];
  const write = [
    allow(LOG_ACTIONS, storage.logGroups.service.logGroupArn),
    ...metricStatements(storage, ANYBODY),
  ];
  const secretArns = [...storage.secrets.values(), storage.releaseKey].map(
    ({ secretArn }) => secretArn,
  );
  const read = allow([SECRET_ACTION], ...secretArns);
  const interfaces = [
    { id: 'EcrApiEndpoint', service: ECR, statements: pull },
    { id: 'EcrDockerEndpoint', service: ECR_DOCKER, statements: pull },
    { id: 'LogsEndpoint', service: CLOUDWATCH_LOGS, statements: write },
    { id: 'SecretsEndpoint', service: SECRETS_MANAGER, statements: [read] },
    {
      id: 'BedrockEndpoint',
      service: BEDROCK_RUNTIME,
      statements: embeddingStatements(stack, settings, ANYBODY),
    },
    { id: 'XrayEndpoint', service: XRAY, statements: traceStatements(storage, ANYBODY) },
  ];
  for (const { id, service, statements } of interfaces) {
    if (statements.length === 0) continue;
    const endpoint = vpc.addInterfaceEndpoint(id, {
      service,
      subnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
      open: false,
    });
    for (const statement of statements) endpoint.addToPolicy(statement.copy());
  }
}
