// Every component in every state. Only in the gallery build; its sample words are no texts of the program.
import { Button, Checkbox, PasswordInput, Select, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '~/api/error';
import { UserMenu } from '~/app/UserMenu';
import { ActionButton } from '~/components/ActionButton';
import { Badge, StateBadge } from '~/components/Badge';
import { BarChart } from '~/components/BarChart';
import { confirm, ConfirmBody } from '~/components/Confirm';
import { DataTable, type Column } from '~/components/DataTable';
import { CopyButton, KeyValue, ProgressList, QrCard, SaveState, StatTile, Steps, Timeline } from '~/components/display';
import { FilterBar } from '~/components/FilterBar';
import { CountrySelect, CurrencySelect } from '~/components/geo';
import { Icon } from '~/components/Icon';
import { InPortal, InPortalLegend } from '~/components/InPortal';
import { DateInput, MoneyInput, PercentInput, PriceInput, QuantityInput } from '~/components/inputs';
import { Brand, Empty, Grid, Notice, Page, PageHeader, Row, Section, SkeletonLines, Stack, Wide } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { PdfPreview } from '~/components/PdfPreview';
import { SidePanel } from '~/components/SidePanel';
import { ErrorState } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useLang } from '~/i18n';

type Sample = { id: string; name: string; date: string; state: string; minor: number };
const names = ['Boulangerie Maréchal', 'Studio Kérouac inc.', 'Mairie de Saint-Aubin-sur-Loire', 'Garage Petit & Fils'];
const rows = (n: number): Sample[] => Array.from({ length: n }, (_, i) => ({ id: `FA-2026-${String(n - i).padStart(4, '0')}`, name: names[i % 4]!, date: '2026-11-21', state: ['sent', 'paid', 'overdue', 'draft'][i % 4]!, minor: 12_345 + i * 7919 }));
const qr = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h3v3H0zM6 0h3v3H6zM0 6h3v3H0zM4 4h1v1H4zM6 5h2v1H6zM5 7h2v1H5z"/></svg>';

export default function Gallery() {
  return (
    <main>
      <Page>
        <PageHeader title="Gallery" subtitle={<Brand />} primary={<Button leftSection={<Icon name="plus" size={16} />}>Primary</Button>} secondary={<UserMenu />} menu={[{ label: 'Copy', icon: 'copy' }, { label: 'Delete', icon: 'trash', danger: true, divider: true }]} />
        <Type /><Colours /><Buttons /><Inputs /><Badges /><Notices /><Tables /><Display /><Overlays /><States />
      </Page>
    </main>
  );
}

function Type() {
  const sizes = [6, 5, 4, 3, 2, 1];
  return (
    <Section title="Type">
      <Stack gap={2}>{sizes.map((n) => <div key={n} style={{ fontSize: `var(--type-${n})`, fontWeight: n > 3 ? 600 : 400, lineHeight: 1.3 }}>Facture FA-2026-0001 · 1 234,50 €</div>)}
        <Row gap={4}><span>ink</span><span className="soft">ink-soft</span><span className="faint">ink-faint</span><a href="#/gallery">link</a><code className="mono">mono</code><kbd>Ctrl</kbd></Row></Stack>
    </Section>
  );
}
function Colours() {
  const list = ['paper', 'sheet', 'sunken', 'hover', 'selected', 'accent', 'accent-soft', 'info-soft', 'good-soft', 'warning-soft', 'danger-soft'];
  return <Section title="Colours"><Row gap={3}>{list.map((c) => <div key={c} style={{ width: 84 }}><div style={{ height: 40, background: `var(--${c})`, border: '1px solid var(--line-strong)', borderRadius: 'var(--radius)' }} /><span className="small soft">{c}</span></div>)}</Row></Section>;
}
function Buttons() {
  const wait = () => new Promise((r) => setTimeout(r, 1200));
  return (
    <Section title="Buttons">
      <Row gap={3}><ActionButton onAct={wait}>Primary</ActionButton><Button variant="default">Default</Button><Button variant="subtle">Subtle</Button><Button color="danger">Danger</Button><Button disabled>Disabled</Button><Button loading aria-label="Loading">Loading</Button><Button size="compact-md" variant="default">Compact</Button><CopyButton value="copied" /></Row>
    </Section>
  );
}
function Inputs() {
  const [v, set] = useState({ money: 123_450 as number | null, price: 95_5000 as number | null, q: 15_000 as number | null, pct: 9_975 as number | null, date: '2026-11-21', country: 'FR', currency: 'EUR', pick: '' });
  return (
    <Section title="Inputs">
      <Grid cols={3}>
        <TextInput label="Text" required defaultValue="Boulangerie Maréchal" /><TextInput label="With an error" defaultValue="73282932" error="Un SIREN compte 9 chiffres." /><TextInput label="Read only" readOnly value="CAN-48213" />
        <MoneyInput label="Money" currency="EUR" value={v.money} onChange={(money) => set({ ...v, money })} /><PriceInput label="Price" currency="EUR" value={v.price} onChange={(price) => set({ ...v, price })} /><QuantityInput label="Quantity" value={v.q} onChange={(q) => set({ ...v, q })} />
        <PercentInput label="Percent" value={v.pct} onChange={(pct) => set({ ...v, pct })} /><DateInput label="Date" value={v.date} onChange={(date) => set({ ...v, date })} clearable /><Select label="Select" data={['Entreprise', 'Particulier']} defaultValue="Entreprise" />
        <CountrySelect label="Country" value={v.country} onChange={(country) => set({ ...v, country })} /><CurrencySelect label="Currency" value={v.currency} onChange={(currency) => set({ ...v, currency })} />
        <Lookup<string> text={v.pick} topic="gallery" search={async (w) => names.filter((n) => n.toLowerCase().includes(w.toLowerCase())).map((n, i) => ({ id: String(i), label: n, hint: 'Lyon', right: '95,00', value: n }))} onPick={(o) => set({ ...v, pick: o.value })} onCreate={(w) => set({ ...v, pick: w })} input={{ label: 'Lookup with create', placeholder: 'Client' }} />
        <PasswordInput label="Password" defaultValue="secret" visibilityToggleButtonProps={{ 'aria-label': 'Show' }} /><div style={{ display: 'grid', gap: 8 }}><Checkbox label="Checkbox" defaultChecked /><Switch label="Switch" defaultChecked /></div><SegmentedControl aria-label="Segmented" data={['Prestation', 'Bien']} />
        <Wide><Textarea label="Textarea" autosize minRows={2} defaultValue="Merci de votre confiance." /></Wide>
      </Grid>
    </Section>
  );
}
function Badges() {
  useLang();
  const states = ['draft', 'issued', 'sent', 'viewed', 'announced', 'partial', 'paid', 'overdue', 'archived', 'on', 'off', 'error'];
  return <Section title="Badges"><Stack gap={3}><Row>{states.map((s) => <StateBadge key={s} state={s} />)}</Row><Row>{['queued', 'sending', 'sent', 'failed', 'cancelled'].map((s) => <StateBadge key={s} state={s} kind="mail" />)}<Badge tone="accent">Accent</Badge></Row><Row gap={4}><span><InPortal on />CT-2026-0001</span><span><InPortal on={false} />CT-2026-0002</span><InPortalLegend /></Row></Stack></Section>;
}
const Notices = () => <Section title="Notices"><Stack gap={2}>{(['info', 'good', 'warning', 'danger'] as const).map((tone) => <Notice key={tone} tone={tone} action={<Button size="compact-sm" variant="default">Régler</Button>}><strong>{tone}</strong> · Le client annonce un virement de 1 234,50 €.</Notice>)}</Stack></Section>;

function Tables() {
  const f = useFormat();
  const [words, setWords] = useState('');
  const [chip, setChip] = useState('');
  const columns: Column<Sample>[] = [
    { id: 'number', header: 'Numéro', width: 130, sort: 'number', phone: true, fixed: true, cell: (r) => r.id }, { id: 'name', header: 'Client', phone: true, cell: (r) => r.name }, { id: 'date', header: 'Émission', width: 150, soft: true, sort: 'date', cell: (r) => f.date(r.date) },
    { id: 'state', header: 'État', width: 140, cell: (r) => <StateBadge state={r.state} /> }, { id: 'total', header: 'Total TTC', width: 130, align: 'end', sort: 'total', phone: true, cell: (r) => f.money(r.minor, 'EUR') },
  ];
  const common = { columns, rowId: (r: Sample) => r.id, name: 'gallery', empty: <Empty title="Vos factures paraîtront ici" text="La première se fait en une page."><Button>Nouvelle facture</Button></Empty> };
  return (
    <>
      <FilterBar words={words} onWords={setWords} placeholder="Numéro, client" chips={[{ id: '', label: 'Toutes' }, { id: 'a', label: 'En retard', count: 12 }, { id: 'b', label: 'Payées' }]} chip={chip} onChip={setChip} active={[{ id: 'c', label: 'Boulangerie Maréchal', clear: () => undefined }]} />
      <DataTable {...common} label="Table" rows={rows(5000)} maxHeight={300} sort={{ by: 'date', desc: true }} onSort={() => undefined} onOpen={() => undefined} foot={<span>5 000</span>} bulk={() => <Button size="compact-md" variant="default">Envoyer par courriel</Button>} />
      <Grid cols={3}>
        <DataTable {...common} label="Loading" columns={columns.slice(0, 2)} rows={[]} loading maxHeight={320} /><DataTable {...common} label="Empty" columns={columns.slice(0, 2)} rows={[]} maxHeight={320} />
        <DataTable {...common} label="Error" columns={columns.slice(0, 2)} rows={[]} error={new ApiError({ code: 'internal', message: 'Une erreur s’est produite.', reference: 'K7QX2' })} retry={() => undefined} maxHeight={320} />
      </Grid>
    </>
  );
}
function Display() {
  const f = useFormat();
  const points = Array.from({ length: 12 }, (_, i) => { const m = `2026-${String(i + 1).padStart(2, '0')}`; const v = [400_000 + ((i * 377) % 11) * 90_000, 300_000 + ((i * 211) % 9) * 110_000]; return { id: m, label: f.month(m).slice(0, 3), long: f.month(m, true), href: '/gallery', values: v.map((n) => ({ value: n, text: f.money(n, 'EUR'), short: f.short(n, 'EUR') })) }; });
  return (
    <>
      <Grid cols={4}><StatTile label="À encaisser" value={f.money(1_845_230, 'EUR')} note="23 factures" href="/gallery" /><StatTile label="En retard" value={f.money(412_000, 'EUR')} tone="danger" note="4 factures" /><StatTile label="Négatif" value={f.money(-8_990, 'EUR')} /><StatTile label="Visites" value={f.count(31)} icon="eye" /></Grid>
      <Grid>
        <Section title="Bar chart"><BarChart title="Facturé et encaissé" series={['Facturé', 'Encaissé']} points={points} /></Section>
        <Section title="QR"><QrCard svg={qr} alt="QR" title="Scannez pour ouvrir le portail" text="Depuis un téléphone relié au même réseau." /></Section>
        <Section title="Timeline"><Timeline items={[{ id: '1', at: '2026-11-21T10:00:00Z', title: 'Payée', tone: 'good' }, { id: '2', at: '2026-11-20T10:00:00Z', title: 'Courriel refusé', detail: '550 5.1.1 user unknown', tone: 'danger' }, { id: '3', at: '2026-11-19', title: 'Émise', tone: 'info' }]} /></Section>
        <Section title="Key and value"><KeyValue rows={[['Émission', f.date('2026-11-21')], ['Bon de commande', 'BC-4471'], ['Note', 'Merci de votre confiance.']]} /></Section>
        <Section title="Progress"><ProgressList done={2} total={4} label="Envoi" items={[{ id: '1', label: 'FA-2026-0001', state: 'done' }, { id: '2', label: 'FA-2026-0002', state: 'failed', detail: 'Ce client n’a pas d’adresse.' }, { id: '3', label: 'FA-2026-0003', state: 'running' }, { id: '4', label: 'FA-2026-0004', state: 'waiting' }]} onCancel={() => undefined} /></Section>
        <Section title="Steps and saving"><Stack gap={4}><Steps steps={['Entreprise', 'Clients', 'Facture']} now={1} /><Row gap={4}><SaveState state="waiting" /><SaveState state="saving" /><SaveState state="saved" at="2026-11-21T10:00:00Z" /><SaveState state="failed" /></Row></Stack></Section>
      </Grid>
      <div style={{ height: 420 }}><PdfPreview src="/files/x.pdf" title="PDF" saveHref="/files/x.pdf" /></div>
    </>
  );
}
function Overlays() {
  const [panel, setPanel] = useState(false);
  const ask = { title: 'Supprimer ce brouillon', lost: ['Le brouillon et ses 3 lignes'], verb: 'Supprimer' };
  return (
    <Section title="Overlays">
      <Stack gap={4}>
        <Row><Button variant="default" onClick={() => void confirm(ask)}>Confirm</Button><Button variant="default" onClick={() => setPanel(true)}>Side panel</Button><Button variant="default" onClick={() => toast('Facture FA-2026-0001 envoyée')}>Toast</Button><Button variant="default" onClick={() => toast('Ligne supprimée', { label: 'Annuler', act: () => undefined })}>Toast with undo</Button><Button variant="default" onClick={() => showError(new ApiError({ code: 'conflict', message: 'Quelqu’un d’autre vient de faire cette opération.' }))}>Error</Button></Row>
        <div style={{ maxWidth: 440, padding: 16, border: '1px solid var(--line)', borderRadius: 'var(--radius)' }}><ConfirmBody ask={ask} answer={() => undefined} /></div>
      </Stack>
      <SidePanel opened={panel} onClose={() => setPanel(false)} title="Panel" footer={<Button>Enregistrer</Button>}><SkeletonLines /></SidePanel>
    </Section>
  );
}
const States = () => (
  <Grid>
    <Section title="Empty"><Empty icon="customers" title="Vos clients paraîtront ici" text="Un client se crée aussi depuis la facture."><Button>Nouveau client</Button></Empty></Section>
    <Section title="Error"><ErrorState error={new ApiError({ code: 'unavailable', message: 'Momentanément indisponible.', reference: 'K7QX2' })} retry={() => undefined} /></Section>
    <Section title="Loading"><SkeletonLines lines={5} /></Section>
  </Grid>
);
