package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/edge/paper"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

// Statements is bound to the window: a customer's account over a period, its mails, and
// the firm's aged receivables.
type Statements struct{ desk *desk }

// StatementQuery asks for a statement: a preset, or days.
type StatementQuery struct {
	CustomerID string `json:"customerId"`
	Kind       string `json:"kind"`
	Preset     string `json:"preset"`
	From       string `json:"from"`
	To         string `json:"to"`
	All        bool   `json:"all"` // every line, however many
}

func (q StatementQuery) office() statements.Query {
	return statements.Query{CustomerID: q.CustomerID, Kind: q.Kind, Preset: q.Preset, From: q.From, To: q.To}
}

// StatementLine is a movement with the balance after it, or an open item.
type StatementLine struct {
	Kind         string `json:"kind"`
	ID           string `json:"id"` // of the document or payment that it opens
	OfCredit     bool   `json:"ofCredit"`
	Title        string `json:"title"`
	Detail       string `json:"detail"`
	On           string `json:"on"`
	DueOn        string `json:"dueOn"`
	ChargedMinor int64  `json:"chargedMinor"`
	SettledMinor int64  `json:"settledMinor"`
	BalanceMinor int64  `json:"balanceMinor"` // after it; of an item what is open
	AmountMinor  int64  `json:"amountMinor"`
	DaysLate     int    `json:"daysLate"`
	Bucket       string `json:"bucket"`
	CustomerID   string `json:"customerId"` // in the firm's report
	CustomerName string `json:"customerName"`
	Currency     string `json:"currency"`
}

// AgeFigure is what is open of one age.
type AgeFigure struct {
	Bucket      string `json:"bucket"`
	AmountMinor int64  `json:"amountMinor"`
}

// StatementAccount is a statement in one currency.
type StatementAccount struct {
	Currency     string          `json:"currency"`
	OpeningMinor int64           `json:"openingMinor"`
	BalanceMinor int64           `json:"balanceMinor"` // at the end
	Lines        []StatementLine `json:"lines"`
	More         int             `json:"more"` // lines that are left out
	Ages         []AgeFigure     `json:"ages"`
}

// StatementView is a statement on the screen.
type StatementView struct {
	CustomerID   string             `json:"customerId"`
	CustomerName string             `json:"customerName"`
	Kind         string             `json:"kind"`
	Preset       string             `json:"preset"`
	From         string             `json:"from"`
	To           string             `json:"to"`
	Accounts     []StatementAccount `json:"accounts"`
	PDFHref      string             `json:"pdfHref"`
	CSVHref      string             `json:"csvHref"`
	XLSXHref     string             `json:"xlsxHref"`
}

// shownLines is how many lines a screen shows before it is asked for all.
const shownLines = 500

// View gives a statement.
func (s *Statements) View(q StatementQuery) (StatementView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return StatementView{}, err
	}
	st, err := h.Statements.Make(s.desk.ctx, who, q.office())
	if err != nil {
		return StatementView{}, err
	}
	v := StatementView{CustomerID: st.Customer.PublicID, CustomerName: st.Customer.Name, Kind: st.Kind, Preset: st.Preset, From: st.Period.From.String(), To: st.Period.To.String(), Accounts: []StatementAccount{}}
	p := url.Values{"kind": {st.Kind}}
	if st.Preset != "" {
		p.Set("preset", st.Preset)
	} else {
		p.Set("from", v.From)
		p.Set("to", v.To)
	}
	href := func(form string) string {
		return "/files/statements/" + url.PathEscape(v.CustomerID) + "/statement." + form + "?" + p.Encode()
	}
	v.PDFHref, v.CSVHref, v.XLSXHref = href("pdf"), href("csv"), href("xlsx")
	most := shownLines
	if q.All {
		most = 1 << 30
	}
	for _, a := range st.Activities {
		v.Accounts = append(v.Accounts, activityView(s.desk.lang, a, most))
	}
	for _, a := range st.Accounts {
		v.Accounts = append(v.Accounts, openView(s.desk.lang, a, most))
	}
	return v, nil
}

func activityView(lang locale.Lang, a statement.Activity, most int) StatementAccount {
	x := StatementAccount{Currency: string(a.Currency), OpeningMinor: a.OpeningMinor, BalanceMinor: a.ClosingMinor, Lines: []StatementLine{}, Ages: []AgeFigure{}}
	for i, l := range a.Lines {
		if i == most {
			x.More = len(a.Lines) - most
			break
		}
		line := lineView(lang, l.Movement)
		line.BalanceMinor = l.BalanceMinor
		if l.Kind.Sign() > 0 {
			line.ChargedMinor = l.AmountMinor
		} else {
			line.SettledMinor = l.AmountMinor
		}
		x.Lines = append(x.Lines, line)
	}
	return x
}

func openView(lang locale.Lang, a statement.Account, most int) StatementAccount {
	x := StatementAccount{Currency: string(a.Currency), BalanceMinor: a.TotalMinor, Lines: []StatementLine{}, Ages: agesView(a.Ageing)}
	for i, item := range a.Items {
		if i == most {
			x.More = len(a.Items) - most
			break
		}
		x.Lines = append(x.Lines, itemView(lang, item))
	}
	return x
}

func agesView(a statement.Ageing) []AgeFigure {
	list := []AgeFigure{}
	for _, b := range statement.Buckets() {
		list = append(list, AgeFigure{b.String(), a[b]})
	}
	return list
}

func lineView(lang locale.Lang, m statement.Movement) StatementLine {
	return StatementLine{Kind: string(m.Kind), ID: m.PublicID, OfCredit: m.OfCredit, Title: paper.Document(lang, m), Detail: paper.Detail(lang, m), On: m.On.String(), DueOn: m.DueOn.String(),
		AmountMinor: m.Signed(), Currency: string(m.Currency)}
}

func itemView(lang locale.Lang, i statement.Item) StatementLine {
	line := lineView(lang, i.Movement)
	line.BalanceMinor, line.DaysLate, line.Bucket = i.OpenMinor, i.DaysLate, i.Bucket.String()
	if i.Retained {
		line.Detail = locale.T(lang, "common.statement.retained", nil)
	}
	line.DueOn = i.DueOn.String()
	return line
}

// StatementMail is how a statement would be mailed.
type StatementMail struct {
	To      string             `json:"to"`
	From    string             `json:"from"`
	Subject string             `json:"subject"`
	HTML    string             `json:"html"`
	Papers  []outbox.PaperView `json:"papers"`
}

// Preview shows the mail of a statement before it is sent.
func (s *Statements) Preview(q StatementQuery, message string) (StatementMail, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return StatementMail{}, err
	}
	m, pdf, err := h.Statements.Draft(s.desk.ctx, who, statements.Send{Query: q.office(), Message: message})
	if err != nil {
		return StatementMail{}, err
	}
	link := h.portal.base()
	if link != "" && m.ContactID == 0 {
		link = ""
	}
	p, err := h.Outbox.Preview(s.desk.ctx, who, m, link, []outbox.Paper{pdf})
	return StatementMail{To: p.To, From: p.From, Subject: p.Subject, HTML: p.HTML, Papers: append([]outbox.PaperView{}, p.Papers...)}, err
}

// Send mails a statement now.
func (s *Statements) Send(q StatementQuery, message, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Statements.SendByHand(s.desk.ctx, who, statements.Send{Key: key, Query: q.office(), Message: message})
}

// Sent lists the statements that were mailed to a customer, newest first.
func (s *Statements) Sent(customerID string) ([]statements.RunRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Statements.Sent(s.desk.ctx, who, customerID)
}

// ScheduleList is the schedules, with the groups that one may be for.
type ScheduleList struct {
	Rows   []statements.ScheduleRow `json:"rows"`
	Groups []statements.Group       `json:"groups"`
}

// Schedules lists the schedules of statements.
func (s *Statements) Schedules() (list ScheduleList, err error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ScheduleList{}, err
	}
	if list.Rows, err = h.Statements.Schedules(s.desk.ctx, who); err != nil {
		return ScheduleList{}, err
	}
	list.Groups, err = h.Statements.Groups(s.desk.ctx, who)
	return list, err
}

// SaveSchedule makes or changes a schedule.
func (s *Statements) SaveSchedule(in statements.Schedule, key string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Statements.SaveSchedule(s.desk.ctx, who, key, in)
}

// PauseSchedule holds a schedule back, or lets it go on.
func (s *Statements) PauseSchedule(id string, version int64, paused bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Statements.PauseSchedule(s.desk.ctx, who, id, version, paused)
}

// EndSchedule ends a schedule.
func (s *Statements) EndSchedule(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Statements.EndSchedule(s.desk.ctx, who, id, version)
}

// AgeingRow is what one customer owes, by age.
type AgeingRow struct {
	CustomerID string      `json:"customerId"`
	Number     string      `json:"number"`
	Name       string      `json:"name"`
	Ages       []AgeFigure `json:"ages"`
	TotalMinor int64       `json:"totalMinor"`
}

// AgeingAccount is the report in one currency.
type AgeingAccount struct {
	Currency   string      `json:"currency"`
	Rows       []AgeingRow `json:"rows"`
	Ages       []AgeFigure `json:"ages"`
	TotalMinor int64       `json:"totalMinor"`
	LateMinor  int64       `json:"lateMinor"`
}

// AgeingView is the firm's aged receivables.
type AgeingView struct {
	On       string          `json:"on"`
	Today    string          `json:"today"`
	Accounts []AgeingAccount `json:"accounts"`
	PDFHref  string          `json:"pdfHref"`
	CSVHref  string          `json:"csvHref"`
	XLSXHref string          `json:"xlsxHref"`
}

// Ageing gives the aged receivables as of a day; "" is today.
func (s *Statements) Ageing(on string) (AgeingView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AgeingView{}, err
	}
	r, err := h.Statements.AgedReceivables(s.desk.ctx, who, on)
	if err != nil {
		return AgeingView{}, err
	}
	v := AgeingView{On: r.On.String(), Today: r.Today.String(), Accounts: []AgeingAccount{}}
	base := "/files/ageing/report."
	v.PDFHref, v.CSVHref, v.XLSXHref = base+"pdf?on="+v.On, base+"csv?on="+v.On, base+"xlsx?on="+v.On
	for _, c := range r.Currencies {
		a := AgeingAccount{Currency: string(c.Currency), Rows: make([]AgeingRow, 0, len(c.Rows)), Ages: agesView(c.Totals), TotalMinor: c.Totals.Total(), LateMinor: c.Totals.Late()}
		for _, row := range c.Rows {
			a.Rows = append(a.Rows, AgeingRow{CustomerID: row.CustomerID, Number: row.Number, Name: row.Name, Ages: agesView(row.Ageing), TotalMinor: row.Ageing.Total()})
		}
		v.Accounts = append(v.Accounts, a)
	}
	return v, nil
}

// AgeingQuery says which figure of the report is opened.
type AgeingQuery struct {
	On         string `json:"on"`
	Currency   string `json:"currency"`
	Bucket     string `json:"bucket"` // "" = all of them
	CustomerID string `json:"customerId"`
}

// AgeingItems is what a figure is made of.
type AgeingItems struct {
	Items []StatementLine `json:"items"`
	More  bool            `json:"more"`
}

// AgeingItems gives what a figure of the report is made of.
func (s *Statements) AgeingItems(q AgeingQuery) (AgeingItems, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AgeingItems{}, err
	}
	items, more, err := h.Statements.ReportItems(s.desk.ctx, who, statements.ItemsQuery{On: q.On, Currency: q.Currency, Bucket: q.Bucket, CustomerID: q.CustomerID})
	list := AgeingItems{Items: make([]StatementLine, 0, len(items)), More: more}
	for _, i := range items {
		line := itemView(s.desk.lang, i.Item)
		line.CustomerID, line.CustomerName = i.CustomerID, i.CustomerName
		list.Items = append(list.Items, line)
	}
	return list, err
}

// statementRoutes are the files of this screen: .pdf, .csv, .xlsx.
func (a *App) statementRoutes(mux *http.ServeMux) {
	mux.Handle("GET /files/statements/{id}/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		p := r.URL.Query()
		return h.Statements.File(ctx, who, formOf(r.PathValue("name")), statements.Query{CustomerID: r.PathValue("id"), Kind: p.Get("kind"), Preset: p.Get("preset"), From: p.Get("from"), To: p.Get("to")})
	}))
	mux.Handle("GET /files/ageing/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Statements.ReportFile(ctx, who, formOf(r.PathValue("name")), r.URL.Query().Get("on"))
	}))
}

func formOf(name string) string {
	_, form, _ := strings.Cut(name, ".")
	return form
}
