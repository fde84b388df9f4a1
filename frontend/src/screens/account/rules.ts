// What a password needs, said while it is typed. Go judges (office/access): this only shows how far one is.
export type Rule = 'length' | 'upper' | 'digit' | 'special' | 'same';

export function passwordRules(password: string, again?: string): [Rule, boolean][] {
  const rules: [Rule, boolean][] = [
    ['length', [...password].length >= 8],
    ['upper', /\p{Lu}/u.test(password)],
    ['digit', /\p{Nd}/u.test(password)],
    ['special', /[^\p{L}\p{Nd}]/u.test(password)],
  ];
  if (again !== undefined) rules.push(['same', password !== '' && password === again]);
  return rules;
}
