import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Signer, sha256, signingTimestamp } from '../../../src/dynamodb/lean/sign.ts';
import { Sha256 } from '../../support/sha256.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const DATE = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };

describe('AWS’s published vectors', () => {
  const scope = { region: 'us-east-1', service: 'service', timestamp: '20150830T123600Z' };

  test.each([
    [
      'get-vanilla',
      'GET',
      '',
      DATE,
      '',
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'post-vanilla',
      'POST',
      '',
      DATE,
      '',
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      'Param1=value1&Param2=value2',
      DATE,
      '',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'post-header-value-case',
      'POST',
      '',
      { ...DATE, 'my-header1': 'VALUE1' },
      '',
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
    [
      'get-header-key-duplicate',
      'GET',
      '',
      { ...DATE, 'my-header1': 'value2,value2,value1' },
      '',
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    ],
    [
      'post-x-www-form-urlencoded',
      'POST',
      '',
      { ...DATE, 'content-type': 'application/x-www-form-urlencoded' },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ])('%s', (_name, method, query, headers, body, signature) => {
    const request = { method, path: '/', query, headers: sorted(headers), bodyHash: sha256(body) };

    const header = new Signer().authorization(request, scope, CREDENTIALS);

    expect(header).toMatch(new RegExp(`Signature=${signature}$`));
    expect(header).toContain('Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request');
    expect(header).toContain(`SignedHeaders=${Object.keys(headers).sort().join(';')}`);
  });
});

/** Names and values by turns, in the order of the names, as the signer asks for them. */
function sorted(headers: Record<string, string>): string[] {
  return Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
}

test('signs as the SDK does: any body, key, region, time and token', async () => {
  const word = fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/);
  const signer = new Signer();
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      word,
      fc.constantFrom('us-east-1', 'eu-central-1'),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      fc.option(word, { nil: undefined }),
      async (body, secretAccessKey, region, date, sessionToken) => {
        const timestamp = signingTimestamp(date.getTime());
        const bodyHash = sha256(body);
        const headers: Record<string, string> = {
          host: 'dynamodb.us-east-1.amazonaws.com',
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-date': timestamp,
          'x-amz-content-sha256': bodyHash,
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
        };
        const credentials = { accessKeyId: 'AKID', secretAccessKey, sessionToken };
        const sdk = new SignatureV4({ credentials, region, service: 'dynamodb', sha256: Sha256 });

        const request = {
          method: 'POST',
          path: '/',
          query: '',
          headers: sorted(headers),
          bodyHash,
        };
        const ours = signer.authorization(
          request,
          { region, service: 'dynamodb', timestamp },
          credentials,
        );
        const theirs = await sdk.sign(
          {
            method: 'POST',
            protocol: 'https:',
            hostname: headers.host ?? '',
            path: '/',
            query: {},
            headers,
            body,
          },
          { signingDate: date },
        );

        expect(ours).toBe(theirs.headers.authorization);
      },
    ),
    { numRuns: 200 },
  );
});
