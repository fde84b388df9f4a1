package imports

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// invoiceJudge reads open invoices of another program.
type invoiceJudge struct {
	*plan
	seen map[string]int // row of each number
}

// invoiceColumns refuses a file that cannot say whose the invoices are, or what is left.
func (p *plan) invoiceColumns() {
	if !p.mapped("customer_number") && !p.mapped("customer_name") && !p.mapped("customer_siren") && !p.mapped("customer_email") {
		p.problem(0, "customer_name", "", "fault.import.column_missing")
	}
	totals := 0
	for _, id := range []string{"excl", "tax", "incl"} {
		if p.mapped(id) {
			totals++
		}
	}
	if totals < 2 { // the third follows from two; one alone does not tell the tax
		id := "incl"
		if p.mapped("incl") {
			id = "tax"
		}
		p.problem(0, id, "", "fault.import.column_missing")
	}
	if on, err := civil.Parse(p.options.OpeningOn); err != nil || on.After(p.today) {
		p.problem(0, "", p.options.OpeningOn, "fault.import.opening_date")
	}
}

func (j *invoiceJudge) row(_ context.Context, r *row) error {
	o := sales.OpenInvoice{Number: r.text("number"), Currency: j.firm.Money(), Nature: billing.Nature(j.options.Nature), Source: line(j.options.Source)}
	if o.Source == "" {
		o.Source = j.table.FileName
	}
	o.OpeningOn, _ = civil.Parse(j.options.OpeningOn) // judged in invoiceColumns
	fine := j.report.Faults
	if pass := j.number(r, o.Number); pass {
		return nil
	}
	if p, found := j.customer(r); found {
		o.CustomerID = p.id
	}
	j.dates(r, &o)
	currency := string(o.Currency)
	r.currency("currency", &currency)
	o.Currency = money.Currency(currency)
	nature := string(o.Nature)
	r.choose("nature", &nature, natureWords)
	o.Nature = billing.Nature(nature)
	r.into("order_number", &o.OrderNumber)
	j.totals(r, &o)
	j.exchange(r, &o)
	j.waiting(r, &o)
	if j.report.Faults > fine {
		return nil
	}
	if o.PaidMinor == o.InclMinor {
		r.pass("common.import.why.paid")
		return nil
	}
	o.Taxes = j.taxesOf(o)
	j.records = append(j.records, &record{row: r.n, store: func(ctx context.Context, tx *db.Tx, who actor.Actor) error {
		_, err := j.service.Sales.TakeOver(ctx, tx, who, j.firm, o)
		return err
	}})
	return nil
}

func (j *invoiceJudge) end() {}

// number judges BT-1 of another program. One that is here already came in with an earlier
// file.
func (j *invoiceJudge) number(r *row, number string) (pass bool) {
	if err := billing.CheckNumber(number); err != nil {
		if e, ok := fault.As(err); ok {
			j.plan.problem(r.n, "number", number, e.Key, pairs(e.Args)...)
		}
		return false
	}
	if above := j.seen[number]; above > 0 {
		r.problem("number", "fault.import.twice", "row", above)
		return false
	}
	j.seen[number] = r.n
	if j.numbers[number] {
		r.pass("common.import.why.number")
		return true
	}
	for _, ours := range j.ours {
		if ours.MatchString(number) {
			r.problem("number", "fault.import.number_of_ours")
			return false
		}
	}
	return false
}

func pairs(args fault.Args) []any {
	list := make([]any, 0, 2*len(args))
	for name, value := range args {
		list = append(list, name, value)
	}
	return list
}

// customer finds whose the invoice is, by the surest that the row says.
func (j *invoiceJudge) customer(r *row) (p party, found bool) {
	siren := digits(r.text("customer_siren"))
	name, number, mail := r.text("customer_name"), r.text("customer_number"), strings.ToLower(r.text("customer_email"))
	if p, found = j.byNumber(number); found {
		return p, true
	}
	if len(siren) >= 9 {
		if p, found = j.find("siren", siren[:9]); found {
			return p, true
		}
	}
	if p, found = j.find("both", nameKey(name)+" "+mail); found && name != "" {
		return p, true
	}
	if p, found = j.find("name", nameKey(name)); found && name != "" {
		return p, true
	}
	if p, found = j.find("mail", mail); found {
		return p, true
	}
	id, key := "customer_name", "fault.import.no_customer"
	if !r.has(id) {
		for _, other := range []string{"customer_number", "customer_siren", "customer_email"} {
			if r.has(other) {
				id = other
			}
		}
	}
	if r.parties["name "+nameKey(name)].twice {
		key = "fault.import.several_customers"
	}
	r.problem(id, key)
	return party{}, false
}

func (j *invoiceJudge) dates(r *row, o *sales.OpenInvoice) {
	var given bool
	o.IssueDate, given = r.date("issue_date")
	switch {
	case !given:
		r.problem("issue_date", "fault.required")
	case o.IssueDate.IsZero():
	case o.IssueDate.After(o.OpeningOn):
		r.problem("issue_date", "fault.import.after_opening", "date", o.OpeningOn)
	}
	if o.DueDate, given = r.date("due_date"); !given {
		o.DueDate = o.IssueDate
		if !o.IssueDate.IsZero() {
			o.DueDate = billing.Terms{Days: int(j.firm.TermsDays), EndOfMonth: j.firm.TermsEndOfMonth}.DueDate(o.IssueDate)
		}
	}
	if !o.DueDate.IsZero() && o.DueDate.Before(o.IssueDate) {
		r.problem("due_date", "fault.due_before_issue")
	}
}

// totals reads what was charged and what is left; what does not add up is refused.
func (j *invoiceJudge) totals(r *row, o *sales.OpenInvoice) {
	faults := j.report.Faults
	excl, hasExcl := r.amount("excl", o.Currency)
	vat, hasTax := r.amount("tax", o.Currency)
	incl, hasIncl := r.amount("incl", o.Currency)
	switch {
	case hasExcl && hasIncl && !hasTax:
		vat = incl - excl
	case hasTax && hasIncl && !hasExcl:
		excl = incl - vat
	case hasExcl && hasTax && !hasIncl:
		incl = excl + vat
	case !hasExcl || !hasTax || !hasIncl:
		id := "incl"
		if hasIncl {
			id = "tax"
		}
		r.problem(id, "fault.required")
	}
	if j.report.Faults > faults {
		return
	}
	c := o.Currency
	switch {
	case incl <= 0:
		r.problem("incl", "fault.import.not_above_zero")
	case excl < 0 || vat < 0:
		r.problem("tax", "fault.negative")
	case excl+vat != incl:
		r.problem("incl", "fault.import.sum", "sum", money.Amount{Minor: excl + vat, Currency: c}, "given", money.Amount{Minor: incl, Currency: c})
	}
	if o.ExclMinor, o.TaxMinor, o.InclMinor = excl, vat, incl; incl <= 0 {
		return
	}
	j.settled(r, o)
}

// settled reads what was paid, or what is left of it.
func (j *invoiceJudge) settled(r *row, o *sales.OpenInvoice) {
	c, incl, id := o.Currency, o.InclMinor, "paid"
	paid, hasPaid := r.amount("paid", c)
	left, hasLeft := r.amount("left", c)
	if !hasPaid && hasLeft {
		paid, id = incl-left, "left"
	}
	switch {
	case hasPaid && hasLeft && paid+left != incl:
		r.problem("left", "fault.import.sum", "sum", money.Amount{Minor: paid + left, Currency: c}, "given", money.Amount{Minor: incl, Currency: c})
	case hasPaid && paid < 0 || hasLeft && left < 0:
		r.problem(id, "fault.negative")
	case paid < 0 || paid > incl:
		r.problem(id, "fault.import.overpaid")
	}
	o.PaidMinor = paid
}

// exchange fixes the rate of another currency: as the file says, else the newest noted.
func (j *invoiceJudge) exchange(r *row, o *sales.OpenInvoice) {
	if o.Currency == j.firm.Money() {
		return
	}
	raw := r.raw("rate")
	mark := j.options.Decimal
	if strings.Contains(raw, ".") {
		mark = "."
	}
	e8, ok := number(raw, mark, 8)
	if !ok || e8 <= 0 {
		r.problem("rate", "fault.import.rate", "currency", string(o.Currency))
		return
	}
	o.RateE8 = e8
	r.show("rate", "text", raw, 0, "")
}

// waiting tells whether the VAT of what is left falls due with its payment: the column
// says, else the firm's scheme and the nature. Taxes other than French VAT never wait.
func (j *invoiceJudge) waiting(r *row, o *sales.OpenInvoice) {
	o.Waiting = j.firm.VATScheme == tax.RealPayments && o.Nature == billing.Services
	if !r.mapped("waiting") {
		return
	}
	answer, known := yes(r.raw("waiting"))
	if !known {
		r.problem("waiting", "fault.import.yes_no")
		return
	}
	if r.has("waiting") {
		o.Waiting = answer && (j.firm.VATScheme == tax.RealPayments || j.firm.VATScheme == tax.RealDebits)
		r.show("waiting", "yesno", map[bool]string{true: "yes", false: "no"}[o.Waiting], 0, "")
	}
}

// taxesOf tells what the tax is made of: the rate of the table that comes to it, give or
// take what rounding line by line makes of it. Several rates on one invoice cannot be told
// from outside: they stand under one row without a code, at the rate that they came to.
func (j *invoiceJudge) taxesOf(o sales.OpenInvoice) []billing.Tax {
	lang := j.firm.Language
	if o.TaxMinor == 0 {
		for _, code := range tax.Default(j.firm.Country, j.firm.VATScheme, tax.ExemptBuyer, o.Nature, o.IssueDate) {
			if t, known := j.taxes.ByCode(code); known && t.RatePCM == 0 {
				return []billing.Tax{t.Billing(lang)}
			}
		}
		return []billing.Tax{{Code: tax.NoTax, Category: billing.OutOfScope}}
	}
	var home1 []billing.Tax
	var sum int64
	for _, t := range j.taxes {
		if t.Jurisdiction != home(j.world) || t.Category != string(billing.Standard) || !t.InForce(o.IssueDate) {
			continue
		}
		if near(o.ExclMinor, t.RatePCM, o.TaxMinor) {
			return []billing.Tax{t.Billing(lang)}
		}
		home1, sum = append(home1, t.Billing(lang)), sum+t.RatePCM
	}
	if len(home1) == 2 && near(o.ExclMinor, sum, o.TaxMinor) { // TPS and TVQ
		return home1
	}
	pcm, err := money.MulDiv(o.TaxMinor, 100_000, max(o.ExclMinor, 1))
	if err != nil {
		pcm = 0
	}
	x := billing.Tax{Category: billing.Standard, RatePCM: min(pcm, 100_000)}
	if len(home1) > 0 {
		x.Name = home1[0].Name
	}
	return []billing.Tax{x}
}

// near tells whether a rate of an amount comes to the tax that was charged.
func near(excl, pcm, charged int64) bool {
	exact, err := money.MulDiv(excl, pcm, 100_000)
	return err == nil && max(exact-charged, charged-exact) <= 5
}
