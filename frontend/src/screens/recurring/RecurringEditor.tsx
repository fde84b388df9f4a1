import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type CustomerMark, type RecurringEditor as Editor } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { focusFirst } from '~/components/form';
import { Notice, PageHeader, Section, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Allowances } from '~/screens/invoices/Allowances';
import { CustomerPick, TotalsBox } from '~/screens/invoices/InvoiceEditor';
import { Lines } from '~/screens/invoices/Lines';
import editorCss from '~/screens/invoices/editor.module.css';
import { CalendarFields } from './CalendarFields';
import { Coming } from './RecurringPage';
import { RecurringBadge } from './RecurringBadge';
import { useTemplate } from './useTemplate';
import css from './recurring.module.css';

export function RecurringEditor({ id }: { id: string }) {
  const f = useFormat();
  const [{ invoice, customer }] = useQueryParams('invoice', 'customer');
  const query = useQuery({ queryKey: ['recurring-editor', id, invoice, customer, f.lang], queryFn: () => api.recurring.edit(id, invoice, customer), gcTime: 0, staleTime: Infinity });
  return <Await whole query={query}>{(e) => <EditorForm key={e.form.id + e.form.version} editor={e} />}</Await>;
}

function EditorForm({ editor }: { editor: Editor }) {
  const t = useT();
  const client = useQueryClient();
  const template = useTemplate(editor);
  const { state, look } = template;
  const [customer, setCustomer] = useState<CustomerMark | null>(editor.customer ?? null);
  const [elsewhere, setElsewhere] = useState('');
  const running = editor.state !== 'draft';
  const fail = (error: unknown) => {
    const e = template.fail(error);
    const paths = Object.keys(e.fields);
    focusFirst(paths);
    // What lies on no field of this page is said above it.
    const other = Object.entries(e.fields).filter(([path]) => !document.querySelector(`[data-field="${CSS.escape(path)}"]`)).map(([, message]) => message);
    setElsewhere(paths.length ? other.join(' ') : e.reference ? `${e.message} (${e.reference})` : e.message);
  };
  const unread = () => { const bad = document.querySelector<HTMLElement>('[data-bad]'); bad?.focus(); return !!bad; };
  const go = async (id: string, message: string) => {
    toast(message);
    void client.invalidateQueries();
    navigate(`/recurring/${id}`, { replace: true });
  };
  const activate = async () => {
    if (unread()) return;
    setElsewhere('');
    const done = await template.activate();
    await go(done.id, done.message);
  };
  const save = async () => {
    if (unread()) return;
    setElsewhere('');
    const saved = await template.save();
    if (running) await go(saved.id, t('window.recurring.done.saved'));
    else { toast(t('window.recurring.done.draft')); void client.invalidateQueries({ queryKey: ['recurring'] }); }
  };
  const menu: Action[] = running ? [] : [
    { label: t('window.recurring.act.save_draft'), icon: 'check', onClick: () => void save().catch(fail) },
    ...(template.when.id ? [{ label: t('window.recurring.act.delete'), icon: 'trash' as const, danger: true, divider: true, onClick: () => void remove().catch(showError) }] : []),
  ];
  const remove = async () => {
    template.forget();
    await api.recurring.remove(template.when.id, template.when.version);
    void client.invalidateQueries();
    navigate('/recurring', { replace: true });
  };
  // A draft keeps itself when it is left; a change of what runs counts only by a word.
  useUnsaved(() => running && template.unsaved());
  return (
    <div className={editorCss.page}>
      <PageHeader title={t(editor.form.id ? 'window.recurring.edit.title' : 'window.recurring.new')} back={{ href: '/recurring', label: t('window.recurring.title') }} badge={<RecurringBadge state={editor.state} />}
        subtitle={look.words} menu={menu}
        secondary={running ? <Button variant="default" onClick={() => navigate(`/recurring/${template.when.id}`)}>{t('window.cancel')}</Button> : undefined}
        primary={running ? <ActionButton onAct={save} onError={fail} data-testid="save">{t('window.recurring.act.save')}</ActionButton> : <ActionButton onAct={activate} onError={fail} data-testid="activate">{t('window.recurring.act.activate')}</ActionButton>} />
      {running && <Notice tone="info">{t('window.recurring.edit.future')}</Notice>}
      {elsewhere && <Notice tone="danger">{elsewhere}</Notice>}
      <div className={editorCss.split}>
        <div className={editorCss.form}>
          <div className={`${editorCss.box} ${css.head}`}>
            <CustomerPick state={state} customer={customer} setCustomer={setCustomer} />
            <TextInput label={t('window.invoices.edit.order')} value={state.draft.orderNumber} onChange={(e) => state.patch({ orderNumber: e.currentTarget.value })} error={state.errors.orderNumber} data-field="orderNumber" />
          </div>
          <section className={editorCss.box} aria-label={t('window.recurring.edit.calendar')}><CalendarFields template={template} running={running} /></section>
          <Body editor={editor} template={template} />
        </div>
        <div className={css.side}>
          {look.coming.length > 0 && <Coming narrow items={look.coming} title={t('window.recurring.edit.coming')} />}
          <Words />
        </div>
      </div>
    </div>
  );
}

function Body({ editor, template: { state } }: { editor: Editor; template: ReturnType<typeof useTemplate> }) {
  const t = useT();
  const { draft, errors, patch } = state;
  return (
    <>
      <section className={`${editorCss.box} ${editorCss.flush}`} aria-label={t('window.invoices.edit.lines')} data-field="lines">
        <Lines state={state} taxes={editor.taxes} units={editor.units} discounts={draft.lines.some((l) => l.discountPcm > 0)} />
      </section>
      {errors.lines && <Notice tone="danger">{errors.lines}</Notice>}
      <Allowances state={state} taxes={editor.taxes} />
      <div className={editorCss.below}>
        <div className={editorCss.fields}>
          <Textarea label={t('window.invoices.edit.note')} value={draft.note} onChange={(e) => patch({ note: e.currentTarget.value })} autosize minRows={2} maxRows={8} error={errors.note} data-field="note" />
          <Textarea label={t('window.invoices.edit.terms')} value={draft.terms} onChange={(e) => patch({ terms: e.currentTarget.value })} autosize minRows={1} maxRows={8} error={errors.terms} data-field="terms" />
        </div>
        <TotalsBox state={state} />
      </div>
    </>
  );
}

const known = { fr: ['période', 'mois', 'année', 'trimestre', 'début', 'fin', 'date', 'numéro'], en: ['period', 'month', 'year', 'quarter', 'start', 'end', 'date', 'number'] };

function Words() {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.recurring.edit.words')}>
      <p className={css.words}>{t('window.recurring.edit.words_hint', { list: known[f.lang === 'en' ? 'en' : 'fr'].map((w) => `{{${w}}}`).join(', ') })}</p>
    </Section>
  );
}
