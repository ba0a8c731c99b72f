import { describe, expect, test } from 'vitest';
import { configProblems } from '../support/config-problems.ts';
import { REAL_ENVIRONMENTS } from '../support/real-environments.ts';

describe('a name near one of ours is refused', () => {
  test.each([
    ['READ_ONYL', 'READ_ONLY'],
    ['READONLY', 'READ_ONLY'],
    ['READ_ONLYY', 'READ_ONLY'],
    ['RAED_OLNY', 'READ_ONLY'],
    ['read_only', 'READ_ONLY'],
    ['READ-ONLY', 'READ_ONLY'],
    ['API_KEY', 'API_KEYS'],
    ['APIKEYS', 'API_KEYS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['PROT', 'PORT'],
    ['POTR', 'PORT'],
    ['HOSTS', 'HOST'],
    ['ENVIROMENT', 'ENVIRONMENT'],
    ['AWS_REGOIN', 'AWS_REGION'],
    ['AWS_SECRET_ACESS_KEY', 'AWS_SECRET_ACCESS_KEY'],
    ['DYNAMODB_TABEL_NAME', 'DYNAMODB_TABLE_NAME'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['MCP_ALLOWED_HOST', 'MCP_ALLOWED_HOSTS'],
    ['ALLOW_UNAUTHENTICATE', 'ALLOW_UNAUTHENTICATED'],
  ])('%s, as %s', (name, meant) => {
    const problem = `${name} is not a setting; ${meant} is probably meant`;

    expect(configProblems({ [name]: 'a secret' })).toEqual([problem]);
  });
});

test.each(['PSOT', 'HTTP', 'host', 'READ', 'AWS_DEFAULT_REGION', 'LOG', 'READ_O', 'API'])(
  '%s is too far from anything',
  (name) => {
    expect(configProblems({ [name]: 'x' })).toEqual([]);
  },
);

test('a misspelled name without a value is nothing', () => {
  expect(configProblems({ READ_ONYL: ' ' })).toEqual([]);
});

test.each(Object.entries(REAL_ENVIRONMENTS))('%s sets nothing like ours', (_where, names) => {
  const environment = Object.fromEntries(names.map((name) => [name, '1']));

  expect(configProblems(environment)).toEqual([]);
});

test('what Kubernetes says of services is nobody’s, whatever they are called', () => {
  const links = ['DYNAMODB', 'DYNAMODB_MCP_SERVER', 'ENVIRONMENT', 'X', 'P', 'REDIS_HOST'].flatMap(
    (service) => [
      [`${service}_SERVICE_HOST`, '10.0.0.1'],
      [`${service}_SERVICE_PORT`, '8000'],
      [`${service}_SERVICE_PORT_HTTP`, '8000'],
      [`${service}_PORT`, 'tcp://10.0.0.1:8000'],
      [`${service}_PORT_8000_TCP`, 'tcp://10.0.0.1:8000'],
      [`${service}_PORT_8000_TCP_ADDR`, '10.0.0.1'],
      [`${service}_PORT_8000_TCP_PORT`, '8000'],
      [`${service}_PORT_8000_TCP_PROTO`, 'tcp'],
    ],
  );

  expect(configProblems({ ...Object.fromEntries(links), PORTS: 'tcp://10.0.0.1:80' })).toEqual([]);
});
