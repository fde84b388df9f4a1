package sepa_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	edge "comptoir/edge/sepa"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
)

const iban = "FR7610107001011234567890129"

// bench is a firm that debits.
type bench struct {
	*officetest.Firm
	*sepa.Service
	t *testing.T
}

func open(t *testing.T) *bench {
	t.Helper()
	f := officetest.New(t)
	b := &bench{Firm: f, t: t, Service: service(f, f.Payments)}
	x, err := b.Settings(ctx, staff)
	f.Must(err)
	x.ICS = "fr72 zzz 123456"
	f.Must(b.SaveSettings(ctx, staff, x))
	return b
}

func service(f *officetest.Firm, p *payments.Service) *sepa.Service {
	return sepa.New(sepa.Deps{DB: f.DB, IDs: id.Seeded(77), Files: f.Files, Sales: f.Sales, Payments: p, Writer: edge.Files{},
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return f.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
}

// contact is the customer's person with a password.
func (b *bench) contact(c customers.Customer) actor.Actor {
	who := officetest.Contact(c)
	who.Trust, who.Address, who.Lang = actor.TrustPassword, "192.0.2.7", "fr"
	return who
}

func (b *bench) asked(c customers.Customer) sepa.Mandate {
	m, err := b.AskMandate(ctx, staff, sepa.Ask{Key: b.Key(), CustomerID: c.PublicID, Scheme: rules.Core})
	b.Must(err)
	return m
}

func (b *bench) signed(c customers.Customer) sepa.Mandate {
	m := b.asked(c)
	b.Must(b.sign(c, m.PublicID, nil))
	m, err := b.Mandate(ctx, staff, m.PublicID)
	b.Must(err)
	return m
}

func (b *bench) sign(c customers.Customer, mandate string, change func(*sepa.Sign)) error {
	who := b.contact(c)
	f, err := b.PortalMandate(ctx, who, mandate)
	if err != nil {
		return err
	}
	in := sepa.Sign{PublicID: mandate, Hash: f.Hash, Debtor: f.Debtor, SignedBy: "Hélène Marchand", Agree: true, Signature: drawing(), Agent: "Mozilla/5.0"}
	in.Name, in.City, in.Country, in.IBAN, in.BIC = "Société Générale d'Évreux", "Évreux", "FR", "FR76 1010 7001 0112 3456 7890 129", "agrifrpp"
	if change != nil {
		change(&in)
	}
	return b.SignMandate(ctx, who, in)
}

func drawing() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 20, 10))
	for x := range 20 {
		img.Set(x, x/2, color.Black)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (b *bench) invoice(c customers.Customer, cents int64) sales.Document {
	return b.Issue(officetest.Form(c, officetest.Line(cents)))
}

func (b *bench) make(key, on string, docs ...sales.Document) sepa.Batch {
	b.t.Helper()
	in := sepa.MakeDebits{Key: key, Scheme: rules.Core, On: on}
	for _, d := range docs {
		in.Documents = append(in.Documents, d.PublicID)
	}
	x, err := b.MakeDebits(ctx, staff, in)
	b.Must(err)
	return x
}

func (b *bench) due(d sales.Document) int64 {
	x, err := b.Sales.Get(ctx, staff, d.PublicID)
	b.Must(err)
	return x.DueMinor
}

func (b *bench) announced(d sales.Document) (open bool) {
	b.Must(b.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := sales.DebitOn(ctx, q, d.ID)
		open = !on.IsZero()
		return err
	}))
	return open
}

func (b *bench) mails(kind string) int64 {
	return dbtest.Int(b.t, dbtest.Raw(b.t, b.Path), "SELECT count(*) FROM mails WHERE kind = '"+kind+"'")
}

func TestSettings(t *testing.T) {
	b := open(t)
	x, err := b.Settings(ctx, staff)
	b.Must(err)
	if x.ICS != "FR72ZZZ123456" || !x.Ready || x.NoticeDays != 14 {
		t.Errorf("%+v", x)
	}
	b.WantField(b.SaveSettings(ctx, staff, sepa.Settings{ICS: "FR73ZZZ123456", NoticeDays: 14, Version: x.Version}), "ics", "fault.ident.ics_check")
	b.WantField(b.SaveSettings(ctx, staff, sepa.Settings{NoticeDays: 0, Version: x.Version}), "noticeDays", "fault.range")
	b.WantFault(b.SaveSettings(ctx, staff, sepa.Settings{NoticeDays: 5, Version: 1}), "fault.stale")
}

func TestMandateIsSigned(t *testing.T) {
	b := open(t)
	c, other := b.Customer("Cafe Bleu", nil), b.Customer("Autre", nil)
	m := b.asked(c)
	if m.State != rules.Asked || m.RUM != "RUM-2026-0001" || m.AskedAt == "" {
		t.Fatalf("%+v", m)
	}
	if again := b.asked(c); again.PublicID != m.PublicID {
		t.Errorf("asked again: %+v", again)
	}
	low := b.contact(c)
	low.Trust = actor.TrustLink
	_, err := b.PortalMandate(ctx, low, m.PublicID)
	b.WantFault(err, "fault.password_needed")
	_, err = b.PortalMandate(ctx, b.contact(other), m.PublicID)
	b.WantFault(err, "fault.not_found")
	for path, change := range map[string]func(*sepa.Sign){
		"iban": func(s *sepa.Sign) { s.IBAN = "FR7610107001011234567890128" }, "bic": func(s *sepa.Sign) { s.BIC = "X" }, "agree": func(s *sepa.Sign) { s.Agree = false }, "signedBy": func(s *sepa.Sign) { s.SignedBy = " " },
		"city": func(s *sepa.Sign) { s.City = "" }, "country": func(s *sepa.Sign) { s.Country = "XX" }, "name": func(s *sepa.Sign) { s.Name = "漢字" }, "signature": func(s *sepa.Sign) { s.Signature = []byte("nothing") },
	} {
		if err := b.sign(c, m.PublicID, change); !fault.HasField(err, path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	b.WantFault(b.sign(c, m.PublicID, func(s *sepa.Sign) { s.Hash = "other words" }), "fault.sepa.words_changed")
	b.Must(b.sign(c, m.PublicID, nil))
	b.WantFault(b.sign(c, m.PublicID, nil), "fault.sepa.not_open")
	m, err = b.Mandate(ctx, staff, m.PublicID)
	b.Must(err)
	if m.State != rules.Signed || m.Account != "0129" || m.Address != "192.0.2.7" || m.SignedBy != "Hélène Marchand" || !m.HasSignature || !strings.Contains(m.Words, "Atelier Bois") || m.LapsesOn == "" {
		t.Errorf("%+v", m)
	}
	if f, err := b.Evidence(ctx, staff, m.PublicID, "signature"); err != nil || f.MediaType != "image/png" {
		t.Error(f.MediaType, err)
	}
	if n := b.mails("mandate_signed"); n != 1 {
		t.Errorf("%d mails", n)
	}
	b.Must(b.PortalRevoke(ctx, b.contact(c), m.PublicID))
	b.Must(b.PortalRevoke(ctx, b.contact(c), m.PublicID)) // twice is once
	if m, err = b.Mandate(ctx, staff, m.PublicID); err != nil || m.State != rules.Revoked {
		t.Errorf("%+v %v", m, err)
	}
}

func TestPaperMandate(t *testing.T) {
	b := open(t)
	c := b.Customer("Cafe Bleu", nil)
	in := sepa.Paper{Ask: sepa.Ask{Key: "paper-0001", CustomerID: c.PublicID, Scheme: rules.B2B}, RUM: "ANCIEN-12", SignedOn: "2026-01-15", FileName: "mandat/1.pdf", Content: []byte("%PDF-1.7 mandate"),
		Debtor: sepa.Debtor{Name: "Cafe Bleu", City: "Lyon", Country: "FR", IBAN: iban}}
	bad := in
	bad.Content, bad.RUM = []byte("MZ"), "É"
	_, err := b.RecordPaper(ctx, staff, bad)
	b.WantField(err, "file", "fault.sepa.paper")
	b.WantField(err, "rum", "fault.sepa.rum")
	for on, key := range map[string]string{"": "fault.required", "15/01/2026": "fault.not_a_date"} {
		bad = in
		bad.SignedOn = on
		_, err = b.RecordPaper(ctx, staff, bad)
		b.WantField(err, "signedOn", key)
	}
	m, err := b.RecordPaper(ctx, staff, in)
	b.Must(err)
	if again, err := b.RecordPaper(ctx, staff, in); err != nil || again.PublicID != m.PublicID {
		t.Error(again.RUM, err)
	}
	in.Key = "paper-0002"
	_, err = b.RecordPaper(ctx, staff, in)
	b.WantField(err, "rum", "fault.sepa.rum_used")
	if m.State != rules.Signed || m.How != "paper" || m.PaperName != "mandat-1.pdf" {
		t.Errorf("%+v", m)
	}
	// Among firms, the debtor's bank must know.
	d := b.invoice(c, 10000)
	p, err := b.Propose(ctx, staff, sepa.Plan{Scheme: rules.B2B, On: "2027-01-15"})
	b.Must(err)
	if len(p.Left) != 1 || p.Left[0].Why != "not_registered" || p.Left[0].Number != d.Number {
		t.Errorf("%+v", p)
	}
	b.Must(b.ChangeMandate(ctx, staff, sepa.Change{PublicID: m.PublicID, Version: m.Version, Registered: true, Ends: true}))
	p, err = b.Propose(ctx, staff, sepa.Plan{Scheme: rules.B2B, On: "2027-01-15"})
	b.Must(err)
	if len(p.Taken) != 1 || p.Taken[0].Sequence != rules.Final {
		t.Errorf("%+v", p)
	}
}

// The whole way: proposed, left out with reasons, a file, told before, confirmed, returned.
func TestDebits(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c, late, none := b.Customer("Cafe Bleu", nil), b.Customer("Sans mandat signe", nil), b.Customer("Sans mandat", nil)
	b.signed(c)
	b.asked(late)
	one, two, left := b.invoice(c, 10000), b.invoice(c, 5000), b.invoice(late, 7000)
	b.invoice(none, 9000)
	b.Move("2026-12-07")

	for on, key := range map[string]string{"2026-12-07": "fault.sepa.past", "2026-12-25": "fault.sepa.not_business", "2028-01-03": "fault.sepa.far"} {
		_, err := b.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: on})
		b.WantField(err, "on", key)
	}
	p, err := b.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: "2026-12-24"})
	b.Must(err)
	if len(p.Taken) != 2 || p.AmountMinor != 18000 || p.Taken[0].Sequence != rules.First || len(p.Left) != 1 || p.Left[0].Number != left.Number || p.Left[0].Why != rules.Asked {
		t.Fatalf("%+v", p)
	}
	if p, err = b.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: "2026-12-18"}); err != nil || len(p.Taken) != 0 || len(p.Left) > 0 && p.Left[0].Why != "notice" {
		t.Errorf("%+v %v", p, err)
	}
	_, err = b.MakeDebits(ctx, staff, sepa.MakeDebits{Key: "make-left-1", Scheme: rules.Core, On: "2026-12-24", Documents: []string{left.PublicID}})
	b.WantFault(err, "fault.sepa.left_out")

	x := b.make("make-00001", "2026-12-24", one, two)
	if again := b.make("make-00001", "2026-12-24", one, two); again.PublicID != x.PublicID {
		t.Error("twice")
	}
	if x.Number != "PRLV-20261207-001" || len(x.Lines) != 1 || x.AmountMinor != 18000 || len(x.Lines[0].Parts) != 2 || !x.Early {
		t.Fatalf("%+v", x)
	}
	file, err := b.File(ctx, staff, x.PublicID)
	b.Must(err)
	for _, want := range []string{"<SeqTp>FRST</SeqTp>", "<IBAN>" + iban + "</IBAN>", "<Nm>Societe Generale d&#39;Evreux</Nm>", "<CtrlSum>180.00</CtrlSum>", "<ReqdColltnDt>2026-12-24</ReqdColltnDt>", one.Number + ", " + two.Number} {
		if !strings.Contains(string(file.Bytes), want) {
			t.Errorf("no %s in\n%s", want, file.Bytes)
		}
	}
	if n := b.mails("debit_notice"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if !b.announced(one) || !b.announced(two) {
		t.Error("not announced")
	}
	if p, err = b.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: "2026-12-24"}); err != nil || len(p.Taken) != 0 || p.Left[0].Why != "in_file" {
		t.Errorf("%+v %v", p, err)
	}

	_, err = b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID})
	b.WantFault(err, "fault.sepa.too_early")
	b.Move("2026-12-28")
	for range 2 { // a second click changes nothing
		x, err = b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID, Thank: true})
		b.Must(err)
	}
	if x.State != "confirmed" || x.Lines[0].State != "collected" || x.Lines[0].PaymentNumber == "" || b.due(one) != 0 || b.due(two) != 0 || b.announced(one) {
		t.Errorf("%+v", x)
	}
	if n := b.mails("payment_received"); n != 1 {
		t.Errorf("%d receipts", n)
	}
	b.WantFault(b.DropBatch(ctx, staff, sepa.Drop{BatchID: x.PublicID}), "fault.sepa.confirmed")
	b.Sound()

	back := sepa.Return{Key: "return-0001", DebitID: x.Lines[0].PublicID, Code: "AC04", FeeMinor: 1200, Tell: true}
	b.WantField(b.ReturnDebit(ctx, staff, sepa.Return{Key: "return-0000", DebitID: back.DebitID, Code: "ZZZZ"}), "code", "fault.choice")
	for range 2 {
		b.Must(b.ReturnDebit(ctx, staff, back))
	}
	if b.due(one) != 12000 || b.due(two) != 6000 {
		t.Errorf("%d %d", b.due(one), b.due(two))
	}
	if x, err = b.Batch(ctx, staff, x.PublicID); err != nil || x.Lines[0].State != "returned" || x.Lines[0].FeeMinor != 1200 {
		t.Errorf("%+v %v", x, err)
	}
	if n := b.mails("debit_returned"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if p, err = b.Propose(ctx, staff, sepa.Plan{Scheme: rules.Core, On: "2027-01-15"}); err != nil || len(p.Taken) != 0 || p.Left[0].Why != "blocked" {
		t.Errorf("%+v %v", p, err)
	}
	again, err := b.File(ctx, staff, x.PublicID)
	b.Must(err)
	if !bytes.Equal(again.Bytes, file.Bytes) {
		t.Error("the file changed")
	}
	b.Sound()
}

// What was paid another way meanwhile stays on the customer's account.
func TestPaidMeanwhile(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	b.signed(c)
	d := b.invoice(c, 10000)
	b.Move("2026-12-07")
	x := b.make("make-00001", "2026-12-24", d)
	_, err := b.Payments.Record(ctx, staff, payments.Record{Key: "cheque-0001", DocumentID: d.PublicID, Method: "cheque", AmountMinor: 4000})
	b.Must(err)
	b.Move("2026-12-24")
	x, err = b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID})
	b.Must(err)
	p, err := b.Payments.Get(ctx, staff, x.Lines[0].PaymentID)
	b.Must(err)
	if b.due(d) != 0 || p.LeftMinor != 4000 || p.AmountMinor != 12000 || p.Method != "direct_debit" {
		t.Errorf("%+v", p)
	}
	b.Sound()
}

// A file that was not handed over is given up: its invoices can be debited again.
func TestDropped(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	b.signed(c)
	d := b.invoice(c, 10000)
	b.Move("2026-12-07")
	x := b.make("make-00001", "2026-12-24", d)
	b.Must(b.DropBatch(ctx, staff, sepa.Drop{BatchID: x.PublicID}))
	if b.announced(d) {
		t.Error("still announced")
	}
	y := b.make("make-00002", "2026-12-24", d)
	if y.Number != "PRLV-20261207-002" || y.Lines[0].Sequence != rules.First {
		t.Errorf("%+v", y)
	}
	// Refused before it was collected: nothing to undo.
	// What the bank charges for it stands in the books alone, once.
	for range 2 {
		b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: "return-0001", DebitID: y.Lines[0].PublicID, Code: "AM04", FeeMinor: 1200}))
	}
	if n := b.sum("627"); n != 1200 {
		t.Errorf("fees of %d", n)
	}
	b.Move("2026-12-24")
	y, err := b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: y.PublicID})
	b.Must(err)
	if y.State != "confirmed" || y.Lines[0].State != "returned" || b.due(d) != 12000 {
		t.Errorf("%+v", y)
	}
}

// The program dies after each line in turn: what was recorded stays, the rest follows at the
// next start, nothing twice.
func TestConfirmingIsCutShort(t *testing.T) {
	for after := range 4 {
		b := open(t)
		b.Move("2026-11-23")
		var docs []sales.Document
		for _, name := range []string{"Un", "Deux", "Trois"} {
			c := b.Customer(name, nil)
			b.signed(c)
			docs = append(docs, b.invoice(c, 10000))
		}
		b.Move("2026-12-07")
		x := b.make("make-00001", "2026-12-24", docs...)
		b.Move("2026-12-24")
		dying, cancel := context.WithCancel(ctx)
		done := 0
		broken := sepa.New(sepa.Deps{DB: b.DB, IDs: id.Seeded(78), Files: b.Files, Sales: b.Sales, Writer: edge.Files{},
			Payments: payments.New(payments.Deps{DB: b.DB, IDs: id.Seeded(79), Sales: b.Sales, Printer: officetest.Printer{}, Changed: func(...string) {
				if done++; done == after {
					cancel()
				}
			}})})
		if after == 0 {
			cancel()
		}
		_, err := broken.ConfirmBatch(dying, staff, sepa.Confirm{BatchID: x.PublicID})
		if err == nil && after < 3 {
			t.Fatalf("after %d: not cut short", after)
		}
		cancel()
		if after == 0 { // not even the word was durable: the firm says it again
			_, err := b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID})
			b.Must(err)
		}
		b.Must(b.Finish(ctx))
		b.Must(b.Finish(ctx))
		x, err = b.Batch(ctx, staff, x.PublicID)
		b.Must(err)
		if x.State != "confirmed" || x.Open != 0 {
			t.Errorf("after %d: %+v", after, x)
		}
		list, _, err := b.Payments.List(ctx, staff, payments.ListQuery{})
		b.Must(err)
		if len(list) != 3 {
			t.Errorf("after %d: %d payments", after, len(list))
		}
		b.Sound()
	}
}

// Only the firm's own people do the firm's part.
func TestNotForContacts(t *testing.T) {
	b := open(t)
	c := b.Customer("Cafe Bleu", nil)
	who := b.contact(c)
	_, err1 := b.AskMandate(ctx, who, sepa.Ask{})
	_, err2 := b.Propose(ctx, who, sepa.Plan{})
	_, err3 := b.MakeDebits(ctx, who, sepa.MakeDebits{})
	_, err4 := b.ConfirmBatch(ctx, who, sepa.Confirm{})
	_, err5 := b.File(ctx, who, "x")
	_, err6 := b.Evidence(ctx, who, "x", "signature")
	for i, err := range []error{err1, err2, err3, err4, err5, err6, b.ReturnDebit(ctx, who, sepa.Return{}), b.DropBatch(ctx, who, sepa.Drop{}), b.TransferNotDone(ctx, who, sepa.NotDone{}), b.DecideRefund(ctx, who, sepa.Decide{}), b.Revoke(ctx, who, "x", ""), b.SaveSettings(ctx, who, sepa.Settings{})} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d: %v", i, err)
		}
	}
	b.WantFault(b.SignMandate(ctx, staff, sepa.Sign{}), "fault.forbidden")
}
