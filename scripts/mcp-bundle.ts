import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packExtension } from '@anthropic-ai/mcpb';
import { TOOLS } from '../src/tools/registry.ts';

// The bundle of the Model Context Protocol, dist/dynamodb-mcp-server.mcpb: dist/cli.js with a manifest
// from which a client such as Claude Desktop makes the form of its settings. npm run mcpb

const { name, version, description, license, keywords } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

const text = (title: string, about: string, more = {}) => ({
  ...{ type: 'string', title, description: about },
  ...{ required: false, default: '' },
  ...more,
});

const manifest = {
  manifest_version: '0.4',
  name,
  display_name: 'DynamoDB',
  version,
  description,
  license,
  keywords,
  author: { name: `The ${name} authors` },
  server: {
    type: 'node',
    entry_point: 'server/cli.js',
    mcp_config: {
      command: 'node',
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the client puts values there
      args: ['${__dirname}/server/cli.js', 'stdio'],
      env: {
        DYNAMODB_TABLE_NAME: '${user_config.table}',
        AWS_REGION: '${user_config.region}',
        AWS_PROFILE: '${user_config.profile}',
        READ_ONLY: '${user_config.read_only}',
      },
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the client puts values there
    },
  },
  user_config: {
    table: text('Table', 'The name of the DynamoDB table.', { required: true, default: undefined }),
    region: text('Region', 'Where the table is, such as us-east-1; empty: that of the profile.'),
    profile: text('AWS profile', 'Whose credentials are used; empty: the default ones.'),
    read_only: {
      type: 'boolean',
      title: 'Read only',
      description: 'Refuse every tool that writes.',
      required: false,
      default: true,
    },
  },
  tools: TOOLS.map((tool) => ({ name: tool.name, description: tool.description })),
  compatibility: { runtimes: { node: '>=24' } },
};

const folder = mkdtempSync(path.join(tmpdir(), 'mcp-bundle-'));
mkdirSync(path.join(folder, 'server'));
for (const file of ['cli.js', 'package.json', 'DYNAMODB_SCHEMA.md', 'THIRD-PARTY-LICENSES.txt']) {
  copyFileSync(path.join('dist', file), path.join(folder, 'server', file));
}
copyFileSync('LICENSE', path.join(folder, 'LICENSE'));
writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
const outputPath = `dist/${name}.mcpb`;
const isPacked = await packExtension({ extensionPath: folder, outputPath, silent: true });
rmSync(folder, { recursive: true });
process.stdout.write(isPacked ? `${outputPath}\n` : 'The manifest is not valid.\n');
if (!isPacked) process.exitCode = 1;
