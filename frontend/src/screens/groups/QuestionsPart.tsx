// The group's own questions of the step Questions: kind, words in both languages, choices, mandatory or not, order.
import { ActionIcon, Checkbox, Select } from '@mantine/core';
import { MakeButton } from '~/app/may';
import type { GroupQuestion } from '~/api';
import { Icon } from '~/components/Icon';
import { Section, Stack } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import css from './groups.module.css';
import { Pair } from './parts';

type P = { list: GroupQuestion[]; set: (list: GroupQuestion[]) => void; errors: Record<string, string> };
const kinds = ['text', 'choice', 'yes_no'];
const lines = (list: string[]) => list.join('\n');

export function QuestionsPart({ list, set, errors }: P) {
  const t = useT();
  const add = () => set([...list, { publicId: '', kind: 'text', labelFr: '', labelEn: '', choicesFr: [], choicesEn: [], mandatory: false }]);
  const move = (i: number, by: number) => {
    const next = [...list];
    const [q] = next.splice(i, 1);
    next.splice(i + by, 0, q!);
    set(next);
  };
  return (
    <Section title={t('window.groups.portal.questions')} actions={<MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={add} data-testid="add-question">{t('window.groups.portal.question_add')}</MakeButton>}>
      <Stack gap={3}>
        <p className="soft">{t(list.length === 0 ? 'window.groups.portal.questions_none' : 'window.groups.portal.questions_hint')}</p>
        {errors.questions && <p className="small" style={{ color: 'var(--danger)' }} data-field="questions">{errors.questions}</p>}
        {list.map((q, i) => (
          <Question key={i} n={i} last={list.length - 1} question={q} errors={errors} move={(by) => move(i, by)}
            set={(part) => set(list.map((x, j) => (j === i ? { ...x, ...part } : x)))} remove={() => set(list.filter((_, j) => j !== i))} />
        ))}
      </Stack>
    </Section>
  );
}

function Question({ n, last, question: q, errors, set, move, remove }: { n: number; last: number; question: GroupQuestion; errors: Record<string, string>; set: (part: Partial<GroupQuestion>) => void; move: (by: number) => void; remove: () => void }) {
  const t = useT();
  const at = (what: string) => `questions.${n}.${what}`;
  const both = (what: 'label' | 'choices') => ({ fr: errors[at(`${what}Fr`)] ?? '', en: errors[at(`${what}En`)] ?? '' });
  const field = (what: string) => (lang: string) => at(what + (lang === 'fr' ? 'Fr' : 'En'));
  return (
    <div className={css.question} role="group" aria-label={t('window.groups.portal.question_n', { n: n + 1 })} data-testid="question">
      <div className={css.questionHead}>
        <Select label={t('window.groups.portal.question_kind', { n: n + 1 })} w={220} allowDeselect={false} data={kinds.map((k) => ({ value: k, label: tDynamic(`window.groups.portal.kind.${k}`) }))} value={q.kind} onChange={(k) => k && set({ kind: k })} error={errors[at('kind')]} data-field={at('kind')} />
        <Checkbox mb={8} label={t('window.groups.portal.question_mandatory')} checked={q.mandatory} onChange={(e) => set({ mandatory: e.currentTarget.checked })} />
        <span>
          <ActionIcon variant="default" disabled={n === 0} aria-label={t('window.groups.portal.question_up', { n: n + 1 })} onClick={() => move(-1)}><Icon name="up" size={15} /></ActionIcon>
          <ActionIcon variant="default" disabled={n === last} aria-label={t('window.groups.portal.question_down', { n: n + 1 })} onClick={() => move(1)}><Icon name="down" size={15} /></ActionIcon>
          <ActionIcon variant="default" aria-label={t('window.groups.portal.question_remove', { n: n + 1 })} onClick={remove}><Icon name="trash" size={15} /></ActionIcon>
        </span>
      </div>
      <Pair line label={t('window.groups.portal.question')} words={{ fr: q.labelFr, en: q.labelEn }} errors={both('label')} field={field('label')} set={(lang, w) => set(lang === 'fr' ? { labelFr: w } : { labelEn: w })} />
      {q.kind === 'choice' && <Pair rows={3} label={t('window.groups.portal.choices')} hint={t('window.groups.portal.choices_hint')} words={{ fr: lines(q.choicesFr), en: lines(q.choicesEn) }} errors={both('choices')} field={field('choices')}
        set={(lang, w) => set(lang === 'fr' ? { choicesFr: w.split('\n') } : { choicesEn: w.split('\n') })} />}
    </div>
  );
}
