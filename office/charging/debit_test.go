package charging_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	edge "comptoir/edge/sepa"
	"comptoir/office/access"
	"comptoir/office/charging"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// debits lets the firm make files of direct debits, and the customer sign a mandate.
func (f *firm) debits(c customers.Customer) *sepa.Service {
	f.T.Helper()
	s := sepa.New(sepa.Deps{DB: f.DB, IDs: id.Seeded(77), Files: f.Files, Sales: f.Sales, Payments: f.Payments, Writer: edge.Files{},
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return f.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
	x, err := s.Settings(ctx, staff)
	f.Must(err)
	x.ICS = "FR72ZZZ123456"
	f.Must(s.SaveSettings(ctx, staff, x))
	m, err := s.AskMandate(ctx, staff, sepa.Ask{Key: f.Key(), CustomerID: c.PublicID, Scheme: rules.Core})
	f.Must(err)
	form, err := s.PortalMandate(ctx, officetest.Contact(c), m.PublicID)
	f.Must(err)
	var drawn bytes.Buffer
	f.Must(png.Encode(&drawn, image.NewRGBA(image.Rect(0, 0, 20, 10))))
	in := sepa.Sign{PublicID: m.PublicID, Hash: form.Hash, Debtor: form.Debtor, SignedBy: "Jeanne Martin", Agree: true, Signature: drawn.Bytes(), Agent: "x"}
	in.IBAN, in.BIC = "FR7610107001011234567890129", "AGRIFRPP"
	f.Must(s.SignMandate(ctx, officetest.Contact(c), in))
	return s
}

func debit(s *sepa.Service, key, on, doc string) (sepa.Batch, error) {
	return s.MakeDebits(ctx, staff, sepa.MakeDebits{Key: key, Scheme: rules.Core, On: on, Documents: []string{doc}})
}

// due makes an invoice that is charged on 15 December.
func (f *firm) due() (customers.Customer, *sepa.Service, string) {
	f.T.Helper()
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	s := f.debits(c)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	return c, s, f.invoice()
}

// An invoice that stands in a file for the bank is not charged to the card as well, however
// long the firm takes to note what the bank made of it: not by the calendar, not by hand, not
// by the customer without a question; nobody is reminded, and no transfer can be announced.
func TestInAFile(t *testing.T) {
	f := newFirm(t)
	c, s, doc := f.due()
	batch, err := debit(s, "file-00001", "2026-12-16", doc)
	f.Must(err)
	f.days("2027-01-20")
	if n := f.charged(); n != 0 || !strings.HasSuffix(f.story(doc), " planned") {
		t.Fatalf("charged %d times: %s", n, f.story(doc))
	}
	who := officetest.Contact(c)
	_, byHand := f.RetryNow(ctx, staff, f.Key(), doc)
	_, engine := f.Payments.ChargeKept(ctx, staff, payments.ChargeKept{Key: f.Key(), DocumentID: doc})
	_, portal := f.Payments.StartPayment(ctx, who, payments.StartPayment{Key: f.Key(), DocumentID: doc, ExpectMinor: 12_000, Gateway: "practice", ReturnURL: "https://portal.example/{id}"})
	said := f.Payments.AnnounceTransfer(ctx, who, payments.AnnounceTransfer{Key: f.Key(), DocumentID: doc})
	for name, x := range map[string]struct {
		err error
		key string
	}{"by hand": {byHand, "fault.charging.debited"}, "the engine": {engine, "fault.pay.debited"}, "the customer": {portal, "fault.pay.debited"}, "a transfer": {said, "fault.pay.debited"}} {
		if e, ok := fault.As(x.err); !ok || e.Key != x.key {
			t.Errorf("%s: %v", name, x.err)
		}
	}
	f.wantReminder("debit")
	if _, err := f.PortalComing(ctx, who, doc); !fault.Is(err, fault.NotFound) {
		t.Errorf("a charge is told beside the debit: %v", err)
	}
	if n := f.count("SELECT count(*) FROM document_status WHERE announced_at IS NOT NULL"); n != 0 {
		t.Error("a debit is told as a transfer that its customer announced")
	}
	_, err = s.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: batch.PublicID})
	f.Must(err)
	f.days("2027-01-25")
	if n := f.charged(); n != 0 || !strings.HasSuffix(f.story(doc), " cancelled") {
		t.Errorf("charged %d times: %s", n, f.story(doc))
	}
	f.Sound()
}

// A debit that came back lets the charge go on; one whose file was given up too.
func TestOutOfAFile(t *testing.T) {
	for name, end := range map[string]func(*firm, *sepa.Service, sepa.Batch) error{
		"came back": func(f *firm, s *sepa.Service, b sepa.Batch) error {
			return s.ReturnDebit(ctx, staff, sepa.Return{Key: f.Key(), DebitID: b.Lines[0].PublicID, Code: "AM04"})
		},
		"given up": func(_ *firm, s *sepa.Service, b sepa.Batch) error {
			return s.DropBatch(ctx, staff, sepa.Drop{BatchID: b.PublicID})
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			_, s, doc := f.due()
			b, err := debit(s, "file-00001", "2026-12-18", doc)
			f.Must(err)
			f.days("2026-12-20")
			f.Must(end(f, s, b))
			f.days("2026-12-22")
			if f.charged() != 1 || !strings.HasSuffix(f.story(doc), " succeeded") {
				t.Errorf("%s", f.story(doc))
			}
			f.Sound()
		})
	}
}

// A credit note for what stands in a file: the firm is told that too much will be debited.
func TestCreditedInAFile(t *testing.T) {
	f := newFirm(t)
	_, s, doc := f.due()
	_, err := debit(s, "file-00001", "2026-12-16", doc)
	f.Must(err)
	_, err = f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: doc, How: sales.CreditAmount, AmountMinor: 2_000, Reason: "Geste commercial"})
	f.Must(err)
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'credited_debited'"); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// The customer who was asked, and wants to pay all the same, may.
func TestPaidDespiteADebit(t *testing.T) {
	f := newFirm(t)
	c, s, doc := f.due()
	_, err := debit(s, "file-00001", "2026-12-16", doc)
	f.Must(err)
	_, err = f.Payments.StartPayment(ctx, officetest.Contact(c), payments.StartPayment{Key: f.Key(), DocumentID: doc, ExpectMinor: 12_000, Gateway: "practice", ReturnURL: "https://portal.example/{id}", Despite: true})
	f.Must(err)
}

// The other way round: what is being charged, or paid by its customer, stands in no file.
func TestNotIntoAFile(t *testing.T) {
	for name, begin := range map[string]func(*firm, customers.Customer, string){
		"let go, not sent": func(f *firm, _ customers.Customer, doc string) {
			f.Gateway.Down = true
			f.days("2026-12-15")
		},
		"no answer yet": func(f *firm, _ customers.Customer, doc string) {
			f.say("unknown")
			f.days("2026-12-15")
		},
		"on its way": func(f *firm, _ customers.Customer, doc string) {
			f.say("processing")
			f.days("2026-12-15")
		},
		"on the gateway's page": func(f *firm, c customers.Customer, doc string) {
			_, err := f.Payments.StartPayment(ctx, officetest.Contact(c), payments.StartPayment{Key: f.Key(), DocumentID: doc, ExpectMinor: 12_000, Gateway: "practice", ReturnURL: "https://portal.example/{id}"})
			f.Must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			c, s, doc := f.due()
			begin(f, c, doc)
			p, err := s.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: "2026-12-30"})
			f.Must(err)
			if len(p.Taken) != 0 || len(p.Left) != 1 || p.Left[0].Why != "attempt" {
				t.Errorf("%+v", p)
			}
			if _, err := debit(s, "file-00001", "2026-12-30", doc); !fault.Is(err, fault.Conflict) {
				t.Errorf("debited too: %v", err)
			}
		})
	}
}

// Both at the same moment, over and over: one of them wins.
func TestAFileAndAChargeAtOnce(t *testing.T) {
	for range 8 {
		f := newFirm(t)
		_, s, doc := f.due()
		f.days("2026-12-14")
		f.Move("2026-12-15")
		var made, charged error
		var both sync.WaitGroup
		both.Go(func() { _, made = debit(s, "file-00001", "2026-12-30", doc) })
		both.Go(func() { _, charged = f.RetryNow(ctx, staff, "retry-000001", doc) })
		both.Wait()
		for _, err := range []error{made, charged} {
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Fatal(err)
			}
		}
		inFile := f.count("SELECT count(*) FROM sepa_debit_parts")
		if taken := f.charged(); taken+inFile != 1 {
			t.Fatalf("charged %d times, %d debits (%v, %v)", taken, inFile, made, charged)
		}
		f.Must(f.DB.Close())
	}
}

// The database has the last word, should a room ever forget to ask.
func TestTheDatabaseKeepsThemApart(t *testing.T) {
	f := newFirm(t)
	_, s, doc := f.due()
	_, err := debit(s, "file-00001", "2026-12-30", doc)
	f.Must(err)
	raw := dbtest.Raw(t, f.Path)
	defer func() { _ = raw.Close() }()
	if _, err := raw.Exec("UPDATE charge_attempts SET state = 'calling'"); err == nil || !strings.Contains(err.Error(), "stands in a file") {
		t.Errorf("%v", err)
	}
	_, err = raw.Exec("UPDATE sepa_debits SET state = 'dropped'")
	f.Must(err)
	_, err = raw.Exec("UPDATE charge_attempts SET state = 'calling'")
	f.Must(err)
	if _, err := raw.Exec("INSERT INTO sepa_debit_parts (debit_id, document_id, amount_minor) SELECT 1, document_id, 1 FROM charge_attempts"); err == nil || !strings.Contains(err.Error(), "being charged") {
		t.Errorf("%v", err)
	}
}

// A method that the invoice's currency, or the other world of its gateway, keeps from being
// charged: told at once, to the customer too, and nothing is tried.
func TestUnfit(t *testing.T) {
	for name, x := range map[string]struct {
		currency string
		spoil    string
		why      string
	}{
		"a debit and pounds": {"GBP", "UPDATE kept_methods SET kind = 'sepa_debit', brand = 'CMCI'", "currency"},
		"kept in a trial":    {"EUR", "UPDATE kept_methods SET mode = 'test'", "method_mode"},
		"nobody agreed":      {"EUR", "", "no_consent"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			f.exec("INSERT INTO exchange_rates (currency, valid_on, rate_e8) VALUES ('GBP', '2026-11-01', 115000000)")
			c := f.Customer("Client", nil)
			if x.spoil == "" {
				f.Payments.Saving = nil
			}
			f.keep(c, 0, 0)
			calls := len(f.Gateway.Charges)
			v := f.monthly(c, "2026-12-01", func(r *recurring.Template) { r.Cycles, r.Form.Currency = 1, x.currency })
			if x.spoil != "" {
				f.exec(x.spoil)
			}
			got, err := f.OfTemplate(ctx, staff, v.PublicID)
			f.Must(err)
			if got.Why != "gateway.charging."+x.why {
				t.Errorf("the template says %q", got.Why)
			}
			f.day("2026-12-01")
			doc := f.invoice()
			f.wantStory(doc, "2026-12-15 refused")
			all, err := f.OfInvoice(ctx, staff, doc)
			f.Must(err)
			if why := all.Attempts[0].Reason; why != "gateway.charging."+x.why {
				t.Errorf("why %s", why)
			}
			if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != 1 {
				t.Errorf("%d mails", n)
			}
			if len(f.Gateway.Charges) != calls {
				t.Error("the gateway was called")
			}
			if _, _, told, err := f.MailNote(ctx, 1, "fr"); err != nil || told {
				t.Errorf("the invoice's mail says that it will be charged (%v)", err)
			}
		})
	}
}

// Between the plan and its day it comes out that the method was kept by way of trial.
func TestUnfitOnItsDay(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.wantStory(doc, "2026-12-15 planned")
	f.exec("UPDATE kept_methods SET mode = 'test'")
	f.days("2026-12-16")
	f.wantStory(doc, "2026-12-15 refused")
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// A gateway that is switched off, or to trials, may be back tomorrow; after three days the customer, who was
// told that it would be charged, is told that it was not.
func TestSwitchedOff(t *testing.T) {
	off := func(g *officetest.Gateway, off bool) { g.Off = off }
	trial := func(g *officetest.Gateway, trial bool) {
		if g.Mode = ""; trial {
			g.Mode = payments.ModeTest
		}
	}
	for name, x := range map[string]struct {
		set  func(g *officetest.Gateway, on bool)
		back bool
	}{"and back": {off, true}, "for good": {off, false}, "to trials and back": {trial, true}, "to trials for good": {trial, false}} {
		t.Run(name, func(t *testing.T) {
			set, back := x.set, x.back
			f := newFirm(t)
			c := f.Customer("Client", nil)
			f.keep(c, 0, 0)
			f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
			f.day("2026-12-01")
			doc := f.invoice()
			f.days("2026-12-14")
			set(f.Gateway, true)
			f.days("2026-12-15")
			for i := range 4 * 24 {
				if back && i == 30 {
					set(f.Gateway, false)
				}
				f.MoveTo(f.Now().Add(time.Hour))
				f.Must(f.Round(ctx))
			}
			want, mails, taken := " refused", 1, 0
			if back {
				want, mails, taken = " succeeded", 0, 1
			}
			all, err := f.OfInvoice(ctx, staff, doc)
			f.Must(err)
			if !strings.HasSuffix(f.story(doc), want) || f.charged() != taken || !back && all.Attempts[0].Reason != "gateway.charging.gone" {
				t.Errorf("%s, taken %d, %+v", f.story(doc), f.charged(), all.Attempts[0])
			}
			if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != mails {
				t.Errorf("%d mails", n)
			}
			f.Sound()
		})
	}
}

// Keys that the gateway refuses are the firm's to mend: after three days it is said to the
// customer as well, and not asked of a person over and over.
func TestKeysRefused(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-14")
	f.Gateway.Fails = errors.Join(payments.ErrNotSent, payments.ErrBadOrder)
	f.days("2026-12-15")
	for range 4 * 24 {
		f.MoveTo(f.Now().Add(time.Hour))
		f.Must(f.Round(ctx))
	}
	if !strings.HasSuffix(f.story(doc), " refused") {
		t.Errorf("%s", f.story(doc))
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	f.Sound()
}

// Two workers: one found nothing of an order and gave the attempt free, the other sent it all
// the same. Its own money does not count as paid otherwise.
func TestOrderedByAnother(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-14")
	f.Move("2026-12-15")
	f.exec("UPDATE charge_attempts SET state = 'ready', ready_on = '2026-12-15'")
	_, err := f.Payments.ChargeKept(ctx, staff, payments.ChargeKept{Key: "charge/" + doc + "/1", DocumentID: doc})
	f.Must(err)
	f.Must(f.Round(ctx))
	f.wantStory(doc, "2026-12-15 succeeded")
	if f.charged() != 1 {
		t.Errorf("taken %d times", f.charged())
	}
	f.Sound()
}

// What a person ended by hand is not ordered again by itself.
func TestClosedByHand(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-14")
	f.say("unknown")
	f.days("2026-12-15")
	f.wantStory(doc, "2026-12-15 unknown")
	f.exec("UPDATE payment_intents SET state = 'cancelled', reason = 'gateway.reason.closed' WHERE state = 'unknown'")
	f.days("2026-12-20")
	f.wantStory(doc, "2026-12-15 cancelled")
	if f.charged() != 0 {
		t.Error("charged")
	}
}

// Who orders what is charged by itself agrees to that, for the method that is kept already:
// the words are filed with the order.
func TestAgreed(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.Payments.Saving = nil // as if it was kept for something else
	k := f.keep(c, 0, 0)
	if got, err := f.ConsentOf(ctx, staff, k.ID); err != nil || got.GivenAt != "" {
		t.Fatalf("%+v %v", got, err)
	}
	f.Must(f.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return f.Agreed(ctx, tx, officetest.Contact(c)) }))
	got, err := f.ConsentOf(ctx, staff, k.ID)
	f.Must(err)
	if got.Words != charging.ConsentWords("fr", "Atelier Bois") || got.GivenBy != "Client Contact" || got.GivenAt == "" {
		t.Errorf("%+v", got)
	}
	none := f.Customer("Sans carte", nil)
	f.Must(f.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return f.Agreed(ctx, tx, officetest.Contact(none)) }))
	if n := f.count("SELECT count(*) FROM charge_consents WHERE method_id IS NOT NULL"); n != 1 {
		t.Errorf("%d consents", n)
	}
}
