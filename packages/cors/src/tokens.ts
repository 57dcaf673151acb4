/**
 * Tokens of HTTP (RFC 9110 section 5.6.2): what method and header names are made of. One table
 * and plain loops, because the values that come in here are chosen by strangers and a regular
 * expression over them is how CORS middlewares were brought down.
 */
const tokenCodes = new Uint8Array(128);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  tokenCodes[char.charCodeAt(0)] = 1;
}

/**
 * Whether a character may stand in a token.
 *
 * @param code - A UTF-16 code unit, as `charCodeAt` gives it.
 */
export function isTokenCode(code: number): boolean {
  return tokenCodes[code] === 1;
}

/**
 * Whether a character is optional whitespace: a space or a tab, and nothing else. `\s` would let
 * CR and LF through.
 *
 * @param code - A UTF-16 code unit.
 */
export function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * Whether the value is a token: `PATCH` and `x-test` are, `GET, PUT`, `BAD METHOD` and the empty
 * string are not.
 *
 * @example
 * isToken('x-test') // true
 *
 * @example
 * // Not so: this is a list of tokens.
 * isToken('GET, PUT') // false
 */
export function isToken(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    if (tokenCodes[value.charCodeAt(index)] !== 1) return false;
  }
  return value.length > 0;
}
