// What Go says when something is refused: already in the reader's language (app/errors.go).
import { t } from '~/i18n';

export type ErrorShape = {
  code: string;
  key?: string;
  message: string;
  args?: Record<string, string>;
  fields?: Record<string, string>;
  reference?: string;
};

export class ApiError extends Error implements ErrorShape {
  code: string;
  key: string;
  fields: Record<string, string>;
  reference: string;
  constructor(e: ErrorShape) {
    super(e.message);
    this.code = e.code;
    this.key = e.key ?? '';
    this.fields = Object.fromEntries(Object.entries(e.fields ?? {}).map(([path, message]) => [formPath(path), message]));
    this.reference = e.reference ?? '';
  }
  static from(error: unknown): ApiError {
    let e: unknown = error;
    if (typeof error === 'string') {
      try { e = JSON.parse(error); } catch { e = { code: 'internal', message: error }; }
    }
    const shape = (e ?? {}) as Partial<ErrorShape>;
    return new ApiError({ ...shape, code: shape.code ?? 'internal', message: shape.message || t('window.error.internal') });
  }
}

// The rules name what they refuse in their own words; the form's inputs carry the names of its values.
const names: Record<string, string> = { unit_price: 'unitPriceE4', quantity: 'quantityE4', discount: 'discountPcm', due_date: 'dueDate', issue_date: 'issueDate', delivery_date: 'deliveryDate' };
const formPath = (path: string) => path.replace(/[a-z_]+$/, (last) => names[last] ?? last);

export const transportError = (code: 'offline' | 'session' | 'internal'): ApiError =>
  new ApiError({ code, message: t(`window.error.${code}`) });

/** Whatever was thrown, as something that can be shown. */
export function asApiError(e: unknown): ApiError {
  return e instanceof ApiError ? e : new ApiError({ code: 'internal', message: t('window.error.internal') });
}
