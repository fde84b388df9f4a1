// A form's values, the errors Go put beside its fields, and the focus on the first of them.
import { useCallback, useMemo, useRef, useState } from 'react';
import { asApiError } from '~/api/error';

export type Form<V extends object> = {
  values: V;
  errors: Record<string, string>;
  /** What is wrong with the whole rather than with one field. */
  general: string;
  dirty: boolean;
  set: <K extends keyof V>(key: K, value: V[K]) => void;
  patch: (part: Partial<V>) => void;
  reset: (values: V) => void;
  fail: (error: unknown) => void;
  clear: () => void;
  /** For an input of text. */
  text: (key: keyof V & string) => { value: string; onChange: (e: { currentTarget: { value: string } }) => void; error?: string; 'data-field': string };
  /** For the inputs of components/inputs.tsx and selects, which hand over the value itself. */
  field: <K extends keyof V & string>(key: K) => { value: V[K]; onChange: (value: V[K]) => void; error?: string; 'data-field': string };
};

export function useForm<V extends object>(initial: V): Form<V> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [general, setGeneral] = useState('');
  const [dirty, setDirty] = useState(false);
  const patch = useCallback((part: Partial<V>) => {
    setDirty(true);
    setValues((v) => ({ ...v, ...part }));
    setErrors((e) => { const n = { ...e }; for (const k of Object.keys(part)) delete n[k]; return n; });
  }, []);
  const fail = useCallback((error: unknown) => {
    const e = asApiError(error);
    setErrors(e.fields);
    setGeneral(Object.keys(e.fields).length ? '' : e.reference ? `${e.message} (${e.reference})` : e.message);
    focusFirst(Object.keys(e.fields));
  }, []);
  const reset = useCallback((v: V) => { setValues(v); setErrors({}); setGeneral(''); setDirty(false); }, []);
  const clear = useCallback(() => { setErrors({}); setGeneral(''); }, []);
  const now = useRef(values);
  now.current = values;
  return useMemo(() => ({
    values, errors, general, dirty, patch, reset, fail, clear,
    set: (key, value) => patch({ [key]: value } as unknown as Partial<V>),
    text: (key) => ({ value: String(values[key] ?? ''), onChange: (e) => patch({ [key]: e.currentTarget.value } as unknown as Partial<V>), error: errors[key], 'data-field': key }),
    field: (key) => ({ value: values[key], onChange: (value) => patch({ [key]: value } as unknown as Partial<V>), error: errors[key], 'data-field': key }),
  }), [values, errors, general, dirty, patch, reset, fail, clear]);
}

/** The first field in the order of the page that has an error gets the focus; a folded section has none. */
export function focusFirst(paths: string[]) {
  if (!paths.length) return;
  requestAnimationFrame(() => {
    const wanted = new Set(paths);
    for (const el of document.querySelectorAll<HTMLElement>('[data-field]')) {
      if (!wanted.has(el.dataset.field ?? '') || el.closest('[hidden]')) continue;
      const target = el.matches('input,textarea,select,button') ? el : el.querySelector<HTMLElement>('input,textarea,select,button');
      target?.focus();
      target?.scrollIntoView({ block: 'center' });
      return;
    }
  });
}
