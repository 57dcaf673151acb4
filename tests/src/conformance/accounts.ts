/** The accounts that ceph/s3-tests wants, with the section of its configuration for each. */
const wanted = [
  { section: 's3 main', name: 'main', number: '111111111111' },
  { section: 's3 alt', name: 'alt', number: '222222222222' },
  { section: 's3 tenant', name: 'tenant', number: '333333333333' },
  { section: 'iam', name: 'iam', number: '444444444444' },
  { section: 'iam root', name: 'iam-root', number: '555555555555' },
  { section: 'iam alt root', name: 'iam-alt-root', number: '666666666666' },
] as const;

const accounts = wanted.map(({ section, name, number }, index) => ({
  section,
  id: `${index + 1}`.repeat(64),
  displayName: name,
  email: `${name}@causeway.example`,
  number,
  accessKeyId: `S3TESTS${name.toUpperCase()}`,
  secretAccessKey: `secret-of-${name}`,
}));

/** The seed file for `--accounts`. */
export function seedFile(): string {
  return JSON.stringify({
    accounts: accounts.map(({ id, displayName, email, number, accessKeyId, secretAccessKey }) => ({
      id,
      displayName,
      email,
      number,
      keys: [{ accessKeyId, secretAccessKey }],
    })),
  });
}

/** The suite's own configuration. */
export function suiteConfiguration(host: string, port: number): string {
  const sections = accounts.map(
    ({ section, id, displayName, email, accessKeyId, secretAccessKey }) =>
      [
        `[${section}]`,
        `display_name = ${displayName}`,
        `user_id = ${id}`,
        `email = ${email}`,
        `access_key = ${accessKeyId}`,
        `secret_key = ${secretAccessKey}`,
        section === 's3 main' ? 'api_name = eu-west-1' : '',
        section === 's3 tenant' ? 'tenant = testx' : '',
      ].join('\n'),
  );
  return `[DEFAULT]
host = ${host}
port = ${port}
is_secure = False
ssl_verify = False
[fixtures]
bucket prefix = causeway-{random}-
iam name prefix = s3-tests-
iam path prefix = /s3-tests/
${sections.join('\n')}
`;
}
