// What ECS does to start a task: its role may do this, and the endpoints let this pass.

/** Names the registry to pull from; knows no resources. */
export const TOKEN_ACTION = 'ecr:GetAuthorizationToken';
/** Pulls an image of one repository. */
export const PULL_ACTIONS = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
];
/** Writes lines of a task. */
export const LOG_ACTIONS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
/** Reads the value of a secret. */
export const SECRET_ACTION = 'secretsmanager:GetSecretValue';
