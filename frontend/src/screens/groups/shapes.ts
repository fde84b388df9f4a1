// The shapes of the two portal tabs, as the screens use them.
export const textFields = ['step_terms', 'step_contact', 'step_company', 'step_questions', 'status_incomplete', 'status_complete', 'contact_updated', 'contact_added'] as const;
export type TextField = (typeof textFields)[number];
export const mailKinds = ['invited', 'validated', 'new_primary', 'old_primary', 'user_name', 'password'] as const;
export type MailKind = (typeof mailKinds)[number];
export const langs = ['fr', 'en'] as const;
export type TextLang = (typeof langs)[number];

/** A number that the free mask takes, as rules/taxid gives it: n a digit, a a letter, x either. */
export function exampleOf(mask: string): string {
  let n = 0;
  return [...mask].map((c) => {
    if (c === 'n' || c === 'x') return String(++n % 10);
    if (c === 'a') return String.fromCharCode(65 + (++n % 26));
    return c;
  }).join('');
}

export type BothWords = { fr: string; en: string };
export const other = (l: TextLang): TextLang => (l === 'fr' ? 'en' : 'fr');
