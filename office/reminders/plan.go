package reminders

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// Document is one document of a mail, with what it claims.
type Document struct {
	ID             int64
	PublicID       string
	Number         string
	IssueDate      civil.Date
	DueDate        civil.Date
	DaysLate       int
	DueMinor       int64
	InterestMinor  int64
	IndemnityMinor int64
	RatePCM        int64 // of the last days
	Level          int
	Passed         []int // lower levels that are passed over
	Early          bool
	Retained       bool // of what was held back
}

// Mail is one mail as it would go: all documents of one customer that are due at once, with
// the text of the highest level among them.
type Mail struct {
	CustomerID     int64
	CustomerPublic string
	CustomerName   string
	Policy         Policy
	Level          int
	To             sales.Addressee
	Currency       money.Currency
	Documents      []Document // the one that gives the level first
	DueMinor       int64
	InterestMinor  int64
	IndemnityMinor int64
	Missing        []tax.LatePeriod // rates that nobody noted: no interest is claimed
	Subject        string
	Body           string // Markdown
}

// FeesMinor is all that the mail claims beside what is due.
func (m Mail) FeesMinor() int64 { return m.InterestMinor + m.IndemnityMinor }

// Exempted is a document that is not reminded of, and why.
type Exempted struct {
	PublicID     string
	Number       string
	CustomerName string
	Currency     money.Currency
	DueMinor     int64
	Reason       string
	On           civil.Date // that the reason speaks of; zero = none
}

// Plan is what a click on Relancer would do.
type Plan struct {
	Mails   []Mail
	Exempt  []Exempted
	Country string           // whose rates
	Missing []tax.LatePeriod // rates that nobody noted, of all mails
	Levels  int              // how many levels the longest policy has
}

// PlanQuery asks for a plan. No documents: all that are late.
type PlanQuery struct {
	Documents []string `json:"documents"` // public ids
	AtMost    int      `json:"atMost"`    // no level above; 0 = as the policy says
}

// maxChosen is far above a day's reminders.
const maxChosen = 2000

// PlanByHand tells what would be sent to whom, and what not and why. It changes nothing.
func (s *Service) PlanByHand(ctx context.Context, who actor.Actor, query PlanQuery) (p Plan, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Plan{}, err
	}
	if len(query.Documents) > maxChosen {
		return Plan{}, fault.New(fault.Invalid, "fault.range", "min", 0, "max", maxChosen)
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		chosen, err := w.chosen(ctx, q, query.Documents)
		if err != nil {
			return err
		}
		p, err = s.plan(ctx, q, w, chosen, query.AtMost)
		return err
	})
	return p, err
}

func (w world) chosen(ctx context.Context, q *gen.Queries, ids []string) ([]item, error) {
	if len(ids) == 0 {
		return w.items(ctx, q, w.today.AddDays(-1))
	}
	list := make([]item, 0, len(ids))
	for _, id := range ids {
		x, err := w.one(ctx, q, id)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			continue // a draft, or gone
		} else if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

func (s *Service) plan(ctx context.Context, q *gen.Queries, w world, chosen []item, atMost int) (Plan, error) {
	p := Plan{Mails: []Mail{}, Exempt: []Exempted{}, Country: w.firm.Country, Missing: []tax.LatePeriod{}}
	ready := []stepped{}
	for _, x := range chosen {
		step, why, on := w.byHand(x, atMost)
		if why != "" {
			p.Exempt = append(p.Exempt, w.exempted(x, why, on))
			continue
		}
		p.Levels = max(p.Levels, len(x.policy.Levels))
		ready = append(ready, stepped{x, step})
	}
	mails, without, err := s.mails(ctx, q, w, ready)
	if err != nil {
		return Plan{}, err
	}
	for _, x := range without {
		p.Exempt = append(p.Exempt, w.exempted(x, whyNoAddress, civil.Date{}))
	}
	p.Mails = append(p.Mails, mails...)
	for _, m := range mails {
		p.Missing = append(p.Missing, m.Missing...)
	}
	p.Missing = merged(p.Missing)
	return p, nil
}

// merged gives each half-year once.
func merged(list []tax.LatePeriod) []tax.LatePeriod {
	slices.SortFunc(list, func(a, b tax.LatePeriod) int { return a.From.DaysSince(b.From) })
	out := []tax.LatePeriod{}
	for _, p := range list {
		if n := len(out); n > 0 && !p.From.After(out[n-1].To.AddDays(1)) && p.From.Year == out[n-1].From.Year && (p.From.Month > 6) == (out[n-1].From.Month > 6) {
			if p.To.After(out[n-1].To) {
				out[n-1].To = p.To
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

func (w world) exempted(x item, why string, on civil.Date) Exempted {
	owed, _ := x.debt().Owed(w.today)
	return Exempted{PublicID: x.row.PublicID, Number: text(x.row.Number), CustomerName: x.row.CustomerName, Currency: money.Currency(x.row.Currency), DueMinor: owed, Reason: why, On: on}
}

// stepped is a document with the level that it gets.
type stepped struct {
	item
	step billing.Step
}

// mails gathers documents into mails: one a customer, address and currency. What has
// nobody to write to comes back apart.
func (s *Service) mails(ctx context.Context, q *gen.Queries, w world, ready []stepped) (list []Mail, without []item, err error) {
	at := map[string]int{}
	for _, x := range ready {
		row, err := q.DocumentByID(ctx, x.row.DocumentID)
		if err != nil {
			return nil, nil, db.NotFound(err)
		}
		to, err := s.Sales.AddresseeOf(ctx, q, row)
		if f, ok := fault.As(err); ok && f.Code == fault.Invalid {
			without = append(without, x.item)
			continue
		} else if err != nil {
			return nil, nil, err
		}
		key := fmt.Sprintf("%d %s %s %s", x.row.CustomerID, x.row.Currency, strings.ToLower(to.Email), to.Lang)
		i, seen := at[key]
		if !seen {
			i = len(list)
			at[key] = i
			list = append(list, Mail{CustomerID: x.row.CustomerID, CustomerPublic: x.row.CustomerPublicID, CustomerName: x.row.CustomerName, To: to, Currency: money.Currency(x.row.Currency),
				Policy: x.policy, Missing: []tax.LatePeriod{}})
		}
		if err := w.add(ctx, q, &list[i], x); err != nil {
			return nil, nil, err
		}
	}
	for i := range list {
		w.write(&list[i])
	}
	return list, without, nil
}

// add puts a document into a mail, with the fees that its level claims.
func (w world) add(ctx context.Context, q *gen.Queries, m *Mail, x stepped) error {
	owed, due := x.debt().Owed(w.today)
	d := Document{ID: x.row.DocumentID, PublicID: x.row.PublicID, Number: text(x.row.Number), IssueDate: day(x.row.IssueDate), DueDate: due, DueMinor: owed,
		DaysLate: max(0, w.today.DaysSince(due)), Level: x.step.Level.Position, Passed: x.step.Passed, Early: x.step.Early, Retained: x.retained}
	if x.step.Level.Interest || x.step.Level.Indemnity {
		f, err := w.fees(ctx, q, x.item, w.today)
		if err != nil {
			return err
		}
		if x.step.Level.Indemnity {
			d.IndemnityMinor = f.IndemnityMinor
		}
		switch {
		case !x.step.Level.Interest:
		case len(f.Missing) > 0:
			m.Missing = append(m.Missing, f.Missing...)
		default:
			d.InterestMinor = f.InterestMinor
			if n := len(f.Slices); n > 0 {
				d.RatePCM = f.Slices[n-1].RatePCM
			}
		}
	}
	m.DueMinor, m.InterestMinor, m.IndemnityMinor = m.DueMinor+d.DueMinor, m.InterestMinor+d.InterestMinor, m.IndemnityMinor+d.IndemnityMinor
	m.Documents = append(m.Documents, d)
	return nil
}

// write makes the words of a mail.
func (w world) write(m *Mail) {
	slices.SortStableFunc(m.Documents, func(a, b Document) int {
		if a.Level != b.Level {
			return b.Level - a.Level
		}
		return a.DueDate.DaysSince(b.DueDate)
	})
	m.Missing = merged(m.Missing)
	m.Level = m.Documents[0].Level
	subject, body := m.Policy.words(m.Level, m.To.Lang)
	m.Subject, m.Body = w.words(*m, subject, body)
}

// words fills the texts of a level for a mail.
func (w world) words(m Mail, subject, body string) (string, string) {
	lang, first := m.To.Lang, m.Documents[0]
	amount := func(minor int64) string { return locale.Amount(lang, minor, m.Currency) }
	number := first.Number
	if more := len(m.Documents) - 1; more > 0 {
		number = locale.T(lang, "reminder.and_more", map[string]any{"number": number, "n": more})
	}
	values := map[string]string{
		phContact: m.To.Name, phCustomer: m.CustomerName, phFirm: w.firm.Name, phNumber: number, phDate: locale.Date(lang, first.IssueDate), phDue: locale.Date(lang, first.DueDate),
		phAmount: amount(first.DueMinor), phDays: strconv.Itoa(first.DaysLate), phTotal: amount(m.DueMinor), phInterest: amount(m.InterestMinor), phIndemnity: amount(m.IndemnityMinor),
		phFees: amount(m.FeesMinor()), phWithFees: amount(m.DueMinor + m.FeesMinor()), phToday: locale.Date(lang, w.today), phInvoices: listOf(m), phFeesText: feesText(m),
	}
	return outbox.OneLine(known.Fill(subject, values, false), 200), strings.TrimSpace(known.Fill(complete(body, m.FeesMinor() > 0), values, true, phLink))
}

// listed is how many documents a mail names one by one.
const listed = 60

// listOf is the block of what is late, one line a document.
func listOf(m Mail) string {
	lang := m.To.Lang
	var b strings.Builder
	for i, d := range m.Documents {
		if i == listed {
			fmt.Fprintf(&b, "- %s\n", locale.T(lang, "reminder.more", map[string]any{"n": len(m.Documents) - listed}))
			break
		}
		args := map[string]any{"number": "**" + typed.Markdown(d.Number) + "**", "due": typed.Markdown(locale.Date(lang, d.DueDate)), "amount": typed.Markdown(locale.Amount(lang, d.DueMinor, m.Currency)), "days": d.DaysLate}
		fmt.Fprintf(&b, "- %s\n", locale.T(lang, "reminder.line", args))
	}
	return strings.TrimRight(b.String(), "\n")
}

// feesText is the block of what lateness adds, "" when nothing is claimed.
func feesText(m Mail) string {
	if m.FeesMinor() == 0 {
		return ""
	}
	kind := "both"
	switch {
	case m.IndemnityMinor == 0:
		kind = "interest"
	case m.InterestMinor == 0:
		kind = "indemnity"
	}
	lang := m.To.Lang
	args := map[string]any{}
	for name, minor := range map[string]int64{"interest": m.InterestMinor, "indemnity": m.IndemnityMinor, "total": m.DueMinor + m.FeesMinor()} {
		args[name] = typed.Markdown(locale.Amount(lang, minor, m.Currency))
	}
	return locale.T(lang, "reminder.fees."+kind, args)
}
