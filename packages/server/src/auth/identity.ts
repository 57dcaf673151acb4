/** Who owns buckets and objects. */
export interface Account {
  /** The canonical user id: 64 hexadecimal digits. */
  readonly id: string;
  readonly displayName: string;
  /** Lower case does not matter. */
  readonly email?: string;
  /** The number by which principals of policies name it: `arn:aws:iam::NUMBER:root`. */
  readonly number?: string;
}

/** A key pair and the account it acts for. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: Account;
}

/** Where credentials are looked up. */
export interface Credentials {
  find(accessKeyId: string): Promise<Credential | undefined>;
}

/** Who sent a request. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'account'; readonly account: Account; readonly accessKeyId: string };
