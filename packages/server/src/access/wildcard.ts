/**
 * Whether a text fits a pattern in which `*` stands for anything and `?` for one character. Linear in
 * practice and quadratic at worst: it goes back to the last `*` only.
 */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const letter = pattern[next];
    if (letter === '*') {
      star = next;
      next += 1;
      resume = at;
    } else if (letter === '?' || letter === text[at]) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      next = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}
