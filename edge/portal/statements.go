package portal

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

// Statements is what the portal asks of office/statements.
type Statements interface {
	PortalMake(ctx context.Context, who actor.Actor, q statements.Query) (statements.Statement, error)
	PortalFile(ctx context.Context, who actor.Actor, form string, q statements.Query) (sales.File, error)
}

// The words of the address, and those of the use case.
var (
	statementKinds   = []struct{ address, name string }{{"activite", statements.Activity}, {"ouvert", statements.OpenItems}, {"echeances", statements.Ageing}}
	statementPresets = []struct {
		address string
		name    statement.Preset
		day     bool // of use where a day is asked for and not a period
	}{
		{"ce-mois", statement.ThisMonth, false},
		{"mois-dernier", statement.LastMonth, true},
		{"ce-trimestre", statement.ThisQuarter, false},
		{"trimestre-dernier", statement.LastQuarter, true},
		{"cette-annee", statement.ThisYear, false},
		{"annee-derniere", statement.LastYear, true},
		{"douze-mois", statement.LastTwelve, false},
		{"tout", statement.Always, true},
	}
)

// statementAsk is the statement that an address asks for.
type statementAsk struct {
	kind, preset string // as the use case says them
	from, to     string
	page         int
}

// statementAskOf reads an address; an unknown word is a page that does not exist.
func statementAskOf(q url.Values) (a statementAsk, err error) {
	a = statementAsk{kind: statements.Activity, from: q.Get("du"), to: q.Get("au"), page: 1}
	if typed := q.Get("type"); typed != "" {
		a.kind = ""
		for _, k := range statementKinds {
			if k.address == typed {
				a.kind = k.name
			}
		}
	}
	if typed := q.Get("periode"); typed != "" {
		for _, p := range statementPresets {
			if p.address == typed {
				a.preset = string(p.name)
			}
		}
		if a.preset == "" {
			return statementAsk{}, errNoPage
		}
		a.from, a.to = "", ""
	}
	if typed := q.Get("page"); typed != "" {
		if a.page, err = strconv.Atoi(typed); err != nil || a.page < 1 || a.page > 100_000 {
			return statementAsk{}, errNoPage
		}
	}
	if a.kind == "" || len(a.from) > 20 || len(a.to) > 20 {
		return statementAsk{}, errNoPage
	}
	return a, nil
}

func (a statementAsk) query() statements.Query {
	return statements.Query{Kind: a.kind, Preset: a.preset, From: a.from, To: a.to}
}

// path is the address of a statement, or of its file.
func (a statementAsk) path(file string) templ.SafeURL {
	q := url.Values{}
	for _, k := range statementKinds {
		if k.name == a.kind && a.kind != statements.Activity {
			q.Set("type", k.address)
		}
	}
	for _, p := range statementPresets {
		if string(p.name) == a.preset {
			q.Set("periode", p.address)
		}
	}
	if a.from != "" {
		q.Set("du", a.from)
	}
	if a.to != "" {
		q.Set("au", a.to)
	}
	if a.page > 1 {
		q.Set("page", strconv.Itoa(a.page))
	}
	to := "/releves" + file
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return templ.SafeURL(to)
}

func (a statementAsk) of(kind string) statementAsk { return statementAsk{kind: kind, page: 1} }

func (a statementAsk) over(preset statement.Preset) statementAsk {
	return statementAsk{kind: a.kind, preset: string(preset), page: 1}
}

func (a statementAsk) turned(page int) statementAsk {
	a.page = page
	return a
}

func (p *Portal) statements(v *visit) error {
	a, err := statementAskOf(v.r.URL.Query())
	if err != nil {
		return err
	}
	status := 200
	s, err := p.Statements.PortalMake(v.r.Context(), v.who, a.query())
	fields, refused := v.fieldsOf(err)
	if err != nil && !refused {
		return err
	}
	if refused { // the form again, with what is wrong beside it
		status = 422
		if s, err = p.Statements.PortalMake(v.r.Context(), v.who, statements.Query{Kind: a.kind}); err != nil {
			return err
		}
	}
	return v.show(status, v.T("portal.statements.title"), statementsPage(v, a, s, fields))
}

func (p *Portal) statementPDF(v *visit) error { return p.statementFile(v, "pdf") }
func (p *Portal) statementCSV(v *visit) error { return p.statementFile(v, "csv") }

func (p *Portal) statementFile(v *visit, form string) error {
	a, err := statementAskOf(v.r.URL.Query())
	if err != nil {
		return err
	}
	return p.draw(v, func() (sales.File, error) {
		return p.Statements.PortalFile(v.r.Context(), v.who, form, a.query())
	})
}

// presetRow is a period that is offered.
type presetRow struct {
	statementAsk
	name string
	days string
	here bool
}

// presets are the periods that a kind is offered for, with their days.
func (v *visit) presets(a statementAsk, s statements.Statement) []presetRow {
	list := []presetRow{}
	for _, p := range statementPresets {
		if s.Kind != statements.Activity && !p.day {
			continue
		}
		days, _ := statement.PeriodOf(p.name, s.Today)
		x := presetRow{statementAsk: a.over(p.name), here: s.Preset == string(p.name), name: v.T("common.statement.preset." + string(p.name))}
		if s.Kind != statements.Activity {
			x.name = v.T("portal.statements.day." + string(p.name))
		}
		x.days = v.period(statements.Statement{Kind: s.Kind, Period: days})
		list = append(list, x)
	}
	return list
}

func (v *visit) period(s statements.Statement) string {
	to := v.date(s.Period.To)
	switch {
	case s.Kind != statements.Activity:
		return v.T("common.statement.as_of", "to", to)
	case s.Period.From.IsZero():
		return v.T("common.statement.period_from_start", "to", to)
	}
	return v.T("common.statement.period", "from", v.date(s.Period.From), "to", to)
}

// statementLines is how many lines a page shows.
const statementLines = 200

// linesOf cuts the lines of a page out of a list.
func linesOf[T any](list []T, page int) []T {
	from := min((page-1)*statementLines, len(list))
	return list[from:min(from+statementLines, len(list))]
}

// lastPage tells whether nothing follows a page.
func lastPage(s statements.Statement, page int) bool {
	n := 0
	for _, a := range s.Activities {
		n = max(n, len(a.Lines))
	}
	for _, a := range s.Accounts {
		n = max(n, len(a.Items))
	}
	return page*statementLines >= n
}

// movement names a line.
func (v *visit) movement(m statement.Movement) string {
	return v.T("common.statement.movement."+string(m.Kind), "number", m.Number)
}

// movementPath is what a line opens, "" where there is no page of it.
func movementPath(m statement.Movement) string {
	switch {
	case m.Kind == statement.Credit || m.OfCredit:
		return "/credits/" + m.PublicID
	case m.Kind.IsDocument():
		return "/factures/" + m.PublicID
	case m.Kind == statement.Refund && m.PublicID == "":
		return ""
	}
	return "/paiements/" + m.PublicID
}

// movementDetail says how something was paid, and what it gives back.
func (v *visit) movementDetail(m statement.Movement, retained bool) string {
	if retained {
		return v.T("common.statement.retained")
	}
	detail := m.Reference
	if m.Method != "" {
		detail = v.T("common.method." + m.Method)
	}
	if m.Of != "" {
		detail += " " + v.T("common.statement.of", "number", m.Of)
	}
	return detail
}

// signedAmount writes a movement as it counts: below zero what takes off the debt.
func (v *visit) signedAmount(m statement.Movement) string { return v.amount(m.Signed(), m.Currency) }

// balanceWord is what a balance is called: to pay, in the customer's favour, settled.
func (v *visit) balanceWord(minor int64) string {
	switch {
	case minor > 0:
		return v.T("pdf.statement.due.owed")
	case minor < 0:
		return v.T("pdf.statement.due.credit")
	}
	return v.T("pdf.statement.due.none")
}

func (v *visit) balance(minor int64, c money.Currency) string {
	return locale.AmountOfCountry(v.lang, max(minor, -minor), c)
}
