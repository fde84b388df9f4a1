package sepa_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

const otherICS = "FR19ZZZ654321"

func (b *bench) changeICS(ics string) {
	b.t.Helper()
	x, err := b.Settings(ctx, staff)
	b.Must(err)
	x.ICS = ics
	b.Must(b.SaveSettings(ctx, staff, x))
}

func (b *bench) file(x sepa.Batch) string {
	b.t.Helper()
	f, err := b.File(ctx, staff, x.PublicID)
	b.Must(err)
	return string(f.Bytes)
}

// debited is a file over a new invoice of the customer, on a day.
func (b *bench) debited(c customers.Customer, told, on string) (sepa.Batch, sales.Document) {
	b.t.Helper()
	d := b.invoice(c, 10000)
	b.Move(told)
	return b.make(b.Key(), on, d), d
}

// A mandate signed for another creditor identifier says so in its first debit after the change,
// again if that was refused before it was collected, and no more once it was.
func TestIdentifierChanges(t *testing.T) {
	b := open(t)
	b.Move("2026-11-02")
	c, waits := b.Customer("Cafe Bleu", nil), b.Customer("Pas signe", nil)
	b.signed(c)
	open := b.asked(waits)
	x, _ := b.debited(c, "2026-11-09", "2026-12-02")
	if strings.Contains(b.file(x), "AmdmntInd") {
		t.Error("amended without a change")
	}
	b.Move("2026-12-02")
	b.confirm(x)
	b.changeICS(otherICS)
	if s, err := b.Settings(ctx, staff); err != nil || s.Others != 1 {
		t.Errorf("%+v %v", s, err)
	}
	// What nobody signed yet is asked for under the new one.
	if m, err := b.Mandate(ctx, staff, open.PublicID); err != nil || m.ICS != otherICS {
		t.Errorf("%+v %v", m, err)
	}
	amended := "<AmdmntInd>true</AmdmntInd><AmdmntInfDtls><OrgnlCdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id>"
	x, d := b.debited(c, "2026-12-03", "2027-01-04")
	if f := b.file(x); !strings.Contains(f, amended) || !strings.Contains(f, otherICS) || !strings.Contains(f, "<SeqTp>RCUR</SeqTp>") {
		t.Errorf("%s", f)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, b.Path), "SELECT count(*) FROM mails WHERE kind = 'debit_notice' AND json_extract(args, '$.ics_was') = 'FR72ZZZ123456' AND json_extract(args, '$.ics') = '"+otherICS+"'"); n != 1 {
		t.Errorf("%d notices name both", n)
	}
	b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "MS03"}))
	x = b.make(b.Key(), "2027-01-05", d)
	if !strings.Contains(b.file(x), amended) {
		t.Error("the bank did not hear of it")
	}
	b.Move("2027-01-05")
	b.confirm(x)
	x, _ = b.debited(c, "2027-01-06", "2027-02-05")
	if strings.Contains(b.file(x), "AmdmntInd") {
		t.Error("amended again")
	}
	b.Sound()
}

// The same mandate is written about again only where it says what is asked.
func TestAskedOnOtherTerms(t *testing.T) {
	b := open(t)
	c := b.Customer("Cafe Bleu", nil)
	first := b.asked(c)
	if again := b.asked(c); again.PublicID != first.PublicID {
		t.Errorf("%+v", again)
	}
	ask := func(in sepa.Ask) sepa.Mandate {
		in.Key, in.CustomerID, in.Scheme = b.Key(), c.PublicID, rules.Core
		m, err := b.AskMandate(ctx, staff, in)
		b.Must(err)
		return m
	}
	once := ask(sepa.Ask{OneOff: true})
	if !once.OneOff || once.PublicID == first.PublicID {
		t.Errorf("%+v", once)
	}
	if m, err := b.Mandate(ctx, staff, first.PublicID); err != nil || m.State != rules.Revoked {
		t.Errorf("%+v %v", m, err)
	}
	if soon := ask(sepa.Ask{OneOff: true, NoticeDays: 3}); soon.NoticeDays != 3 || soon.PublicID == once.PublicID {
		t.Errorf("%+v", soon)
	}
	if n := b.mails("mandate_asked"); n != 4 {
		t.Errorf("%d mails", n)
	}
}

// A mandate signed long ago and debited elsewhere since is taken over as it is.
func TestTakenOver(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	in := sepa.Paper{Ask: sepa.Ask{Key: b.Key(), CustomerID: c.PublicID, Scheme: rules.Core}, RUM: "ANCIEN-12", SignedOn: "2022-01-15", LastUsedOn: "2026-11-05", FileName: "m.pdf", Content: []byte("%PDF-1.7 mandate"),
		Debtor: sepa.Debtor{Name: "Cafe Bleu", City: "Lyon", Country: "FR", IBAN: iban}}
	for day, key := range map[string]string{"2026-11-24": "fault.future", "2021-12-31": "fault.sepa.used_before_signed", "x": "fault.not_a_date"} {
		bad := in
		bad.Key, bad.LastUsedOn = b.Key(), day
		_, err := b.RecordPaper(ctx, staff, bad)
		b.WantField(err, "lastUsedOn", key)
	}
	once := in
	once.Key, once.OneOff = b.Key(), true
	_, err := b.RecordPaper(ctx, staff, once)
	b.WantField(err, "lastUsedOn", "fault.sepa.used_once")
	m, err := b.RecordPaper(ctx, staff, in)
	b.Must(err)
	if m.State != rules.Active || m.LastOn != "2026-11-05" || m.LapsesOn != "2029-11-05" {
		t.Errorf("%+v", m)
	}
	x, _ := b.debited(c, "2026-12-07", "2026-12-24")
	if x.Lines[0].Sequence != rules.Recurring {
		t.Errorf("%+v", x.Lines)
	}
	// Without it, four years are too long.
	in.Key, in.RUM, in.LastUsedOn = b.Key(), "ANCIEN-13", ""
	if m, err = b.RecordPaper(ctx, staff, in); err != nil || m.State != rules.Lapsed {
		t.Errorf("%+v %v", m, err)
	}
}

// A debit that came back after it was collected was one: the next is recurrent, a mandate for
// one is spent. The next order of the same invoice has an id of its own (AM05).
func TestSequenceAfterAReturn(t *testing.T) {
	b := open(t)
	_, d, x := b.collected()
	b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "AM04"}))
	y := b.make(b.Key(), "2027-01-15", d)
	if x.Lines[0].Sequence != rules.First || y.Lines[0].Sequence != rules.Recurring {
		t.Errorf("%s, then %s", x.Lines[0].Sequence, y.Lines[0].Sequence)
	}
	if x.Lines[0].EndToEnd != d.Number || y.Lines[0].EndToEnd != y.Number+"-1" {
		t.Errorf("%s, then %s", x.Lines[0].EndToEnd, y.Lines[0].EndToEnd)
	}

	b = open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	m, err := b.AskMandate(ctx, staff, sepa.Ask{Key: b.Key(), CustomerID: c.PublicID, Scheme: rules.Core, OneOff: true})
	b.Must(err)
	b.Must(b.sign(c, m.PublicID, nil))
	x, _ = b.debited(c, "2026-12-07", "2026-12-24")
	b.Move("2026-12-24")
	x = b.confirm(x)
	b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "AM04"}))
	if m, err = b.Mandate(ctx, staff, m.PublicID); err != nil || m.State != rules.Spent {
		t.Errorf("%+v %v", m, err)
	}
}

// A mandate that was used is ended with one more debit, which says so; given up, that one is
// still to come, and once made there is none after it.
func TestTheLastDebit(t *testing.T) {
	b := open(t)
	c, _, x := b.collected()
	m, err := b.Mandate(ctx, staff, x.Lines[0].MandateID)
	b.Must(err)
	b.Must(b.ChangeMandate(ctx, staff, sepa.Change{PublicID: m.PublicID, Version: m.Version, Ends: true}))
	for i, want := range []string{rules.Active, rules.Spent} {
		y, _ := b.debited(c, "2026-12-28", "2027-02-15")
		if y.Lines[0].Sequence != rules.Final {
			t.Errorf("%s", y.Lines[0].Sequence)
		}
		if i == 0 {
			b.Must(b.DropBatch(ctx, staff, sepa.Drop{BatchID: y.PublicID}))
		}
		if m, err = b.Mandate(ctx, staff, m.PublicID); err != nil || m.State != want {
			t.Errorf("%s, want %s (%v)", m.State, want, err)
		}
	}
}

// A file that was downloaded is given up only by who says that the bank does not have it; who
// was told of a debit hears that it will not be made, who was not yet told hears nothing.
func TestGivenUp(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	b.signed(c)
	x, d := b.debited(c, "2026-12-07", "2026-12-24")
	b.file(x)
	b.file(x)
	if x, err := b.Batch(ctx, staff, x.PublicID); err != nil || x.Taken == "" {
		t.Errorf("%+v %v", x, err)
	}
	err := b.DropBatch(ctx, staff, sepa.Drop{BatchID: x.PublicID})
	b.WantFault(err, "fault.sepa.downloaded")
	if f, _ := fault.As(err); f == nil || f.Args["amount"] == nil {
		t.Error(err)
	}
	dbtest.Tamper(t, b.Path, "UPDATE mails SET state = 'sent' WHERE kind = 'debit_notice'")
	b.Must(b.DropBatch(ctx, staff, sepa.Drop{BatchID: x.PublicID, NotSent: true}))
	if n := b.mails("debit_dropped"); n != 1 {
		t.Errorf("%d mails", n)
	}
	y := b.make(b.Key(), "2026-12-24", d)
	b.Must(b.DropBatch(ctx, staff, sepa.Drop{BatchID: y.PublicID}))
	raw := dbtest.Raw(t, b.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails WHERE kind = 'debit_notice' AND state = 'cancelled'"); n != 1 || b.mails("debit_dropped") != 1 {
		t.Errorf("%d notices called off", n)
	}
}

// Two files made at once debit an invoice once; who comes second is told.
func TestDebitsAtOnce(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	b.signed(c)
	d := b.invoice(c, 10000)
	b.Move("2026-12-07")
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = b.MakeDebits(ctx, staff, sepa.MakeDebits{Key: fmt.Sprintf("at-once-%03d", i), Scheme: rules.Core, On: "2026-12-24", Documents: []string{d.PublicID}})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			b.WantFault(err, "fault.sepa.left_out")
		}
	}
	if n := b.mails("debit_notice"); made != 1 || n != 1 {
		t.Errorf("%d files, %d notices", made, n)
	}
}
