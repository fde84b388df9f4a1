package app

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/exchange"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Every list of the window can be saved as a file, CSV or XLSX: what is shown, with its
// filters and in its order.
//
//	GET /files/lists/{name}.csv?words=…&state=…&sort=…   (the fields of ListQuery)
//
// A list plugs in by one line of listFiles: the heads (texts window.export.col.<head>), its
// file name (window.export.name.<list>) and a page function that hands over its rows as
// string, int64, exchange.Amount (use amount, price) and exchange.Day (use isoDay). In the
// window, api.listHref(name, form, query) and <PageHeader menu={exportMenu(…)}> do the rest.

// listFile is how one list becomes a file.
type listFile struct {
	heads []string
	page  func(e listExport, q ListQuery) (next string, err error)
}

// listExport is one running export.
type listExport struct {
	d   *desk
	h   *House
	who actor.Actor
	row func(values ...any) // an error ends the export after the page
	// params are those of the address: what a list is narrowed by besides a ListQuery.
	params url.Values
}

func (e listExport) ctx() context.Context { return e.d.ctx }

var listFiles = map[string]listFile{
	"invoices":      {[]string{"number", "state", "customer", "issue_date", "due_date", "currency", "excl", "tax", "incl", "due"}, exportInvoiceRows},
	"customers":     {[]string{"number", "name", "customer_kind", "email", "city", "country", "currency", "due", "overdue"}, exportCustomerRows},
	"contacts":      {[]string{"person", "email", "phone", "language", "customer_number", "customer", "portal_access", "signed_in_on"}, exportContactRows},
	"items":         {[]string{"code", "name", "description", "nature", "unit", "currency", "unit_price", "cost_price", "provider", "tax_code"}, exportItemRows},
	"recurring":     {[]string{"customer", "name", "frequency", "state", "start_on", "next_on", "cycles_left", "currency", "amount"}, exportRecurringRows},
	"audit":         {[]string{"entry", "when", "who", "who_kind", "what", "object_kind", "object_name", "facts", "hash"}, exportAuditRows},
	"contracts":     {[]string{"number", "contract_title", "customer", "contract_type", "state", "owner", "start_on", "ends_on", "decide_by", "renewal", "signed_on", "currency", "value_excl", "portal"}, exportContractRows},
	"plans":         {[]string{"name", "state", "frequency", "currency", "unit_price", "setup", "trial_days", "subscribers", "monthly"}, exportPlanRows},
	"subscriptions": {[]string{"customer", "plan", "state", "seats", "frequency", "start_on", "next_on", "ends_on", "currency", "amount", "monthly"}, exportSubscriptionRows},
	"quotes":        {[]string{"number", "state", "customer", "issue_date", "valid_until", "currency", "excl", "tax", "incl"}, exportQuoteRows},
	"credits":       {[]string{"number", "state", "customer", "issue_date", "currency", "excl", "tax", "incl", "left"}, exportCreditRows},
	"payments":      {[]string{"number", "state", "received_on", "customer", "method", "reference", "documents", "currency", "amount", "refunded", "left", "kept"}, exportPaymentRows},
	"attempts":      {[]string{"created_at", "state", "customer", "attempt_kind", "gateway", "gateway_mode", "documents", "currency", "amount", "reason", "reference", "payment"}, exportAttemptRows},
	"refunds":       {[]string{"number", "refunded_on", "customer", "method", "reference", "refund_of", "currency", "amount"}, exportRefundRows},
	"prices":        {[]string{"code", "name", "price_list", "currency", "unit_price"}, exportPriceRows},
	"mails":         {[]string{"created_at", "state", "mail_to", "email", "subject", "document", "sent_at"}, exportMailRows},
	"questions":     {[]string{"asked_at", "document", "customer", "author", "message", "state"}, exportQuestionRows},
	"announcements": {[]string{"announcement", "state", "importance", "start_on", "ends_on", "audience", "seen_by"}, exportNoticeRows},
	"requests":      {[]string{"asked_at", "state", "group", "company", "person", "email", "tax_id", "matches", "customer", "decided_at", "decided_by"}, exportRequestRows},
	"reminders":     {[]string{"customer", "email", "reminder_level", "document", "due_date", "days_late", "currency", "due", "interest", "indemnity"}, exportReminderRows},
}

// amount is a figure of minor units as a cell.
func amount(minor int64, currency string) exchange.Amount {
	return exchange.Amount{Scaled: minor, Digits: money.Currency(currency).Digits()}
}

// price is a unit price, scaled 10^4, as a cell.
func price(e4 int64) exchange.Amount { return exchange.Amount{Scaled: e4, Digits: 4} }

// isoDay is a date as a cell.
func isoDay(iso string) exchange.Day { return exchange.Day(iso) }

func exportInvoiceRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Sales.List(e.ctx(), e.who, q.invoices())
	for _, r := range rows {
		e.row(documentCells(e.d, r)...)
	}
	return next, err
}

func exportQuoteRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Sales.Quotes(e.ctx(), e.who, sales.QuoteQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, From: q.From, To: q.To})
	for _, r := range rows {
		c := string(r.Currency)
		e.row(r.Number, e.d.t("common.state."+string(r.State), nil), r.CustomerName, isoDay(r.IssueDate.String()), isoDay(r.ValidUntil.String()), c,
			amount(r.TotalExclMinor, c), amount(r.TotalTaxMinor, c), amount(r.TotalInclMinor, c))
	}
	return next, err
}

func exportCreditRows(e listExport, q ListQuery) (string, error) {
	x := q.invoices()
	x.Kind = string(billing.CreditNote)
	rows, next, err := e.h.Sales.List(e.ctx(), e.who, x)
	for _, r := range rows {
		c := string(r.Currency)
		e.row(r.Number, e.d.t("common.state."+string(r.State), nil), r.CustomerName, isoDay(r.IssueDate.String()), c,
			amount(r.TotalExclMinor, c), amount(r.TotalTaxMinor, c), amount(r.TotalInclMinor, c), amount(r.DueMinor, c))
	}
	return next, err
}

func documentCells(d *desk, r sales.ListRow) []any {
	c := string(r.Currency)
	return []any{r.Number, d.t("common.state."+string(r.State), nil), r.CustomerName, isoDay(r.IssueDate.String()), isoDay(r.DueDate.String()), c,
		amount(r.TotalExclMinor, c), amount(r.TotalTaxMinor, c), amount(r.TotalInclMinor, c), amount(r.DueMinor, c)}
}

func exportCustomerRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Customers.List(e.ctx(), e.who, customers.ListQuery{Query: q.listing(), Archived: q.State == "archived", WithoutAccess: q.State == "no_access", Suspended: q.State == "suspended"})
	for _, r := range rows {
		e.row(r.Number, r.Name, e.d.t("common.kind."+r.Kind, nil), r.Email, r.City, r.Country, r.Currency, amount(r.DueMinor, r.Currency), amount(r.OverdueMinor, r.Currency))
	}
	return next, err
}

func exportItemRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Catalog.List(e.ctx(), e.who, catalog.ListQuery{Query: q.listing(), Archived: q.State == "archived"})
	for _, r := range rows {
		e.row(r.Code, r.Name, r.Description, e.d.t("common.nature."+r.Nature, nil), e.d.t("unit."+r.Unit, nil), r.Currency, price(r.UnitPriceE4), known(r.CostPriceE4), r.Provider, taxOf(e.d.lang, r))
	}
	return next, err
}

// listFileHandler answers GET /files/lists/{name}: page by page, flat memory for any number
// of rows. The first page is read before the head goes out, so that a refusal is one.
func (a *App) listFileHandler(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	name, form, _ := strings.Cut(r.PathValue("name"), ".")
	list, known := listFiles[name]
	h, who, err := d.open()
	switch {
	case err != nil:
	case !known || form != "csv" && form != "xlsx":
		err = fault.New(fault.NotFound, "fault.not_found")
	default:
		err = d.writeList(w, list, name, form, h, who, r.URL.Query())
	}
	if err != nil {
		a.refuse(w, d, r, err)
	}
}

func (d *desk) writeList(w http.ResponseWriter, list listFile, name, form string, h *House, who actor.Actor, params url.Values) error {
	q := listQueryOf(params)
	q.Limit, q.Cursor = exportPage, ""
	var rows [][]any
	e := listExport{d: d, h: h, who: who, params: params, row: func(values ...any) { rows = append(rows, values) }}
	next, err := list.page(e, q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", exchange.MediaType(form))
	w.Header().Set("Content-Disposition", disposition(exchange.MediaType(form), d.t("window.export.name."+name, nil)+"."+form))
	w.Header().Set("Cache-Control", "no-store")
	heads := make([]string, 0, len(list.heads))
	for _, head := range list.heads {
		heads = append(heads, d.t("window.export.col."+head, nil))
	}
	err = func() error {
		sheet, err := exchange.NewSheet(form, w, heads, d.lang == locale.FR)
		if err != nil {
			return err
		}
		for {
			for _, cells := range rows {
				if err := sheet.Row(cells...); err != nil {
					return err
				}
			}
			if next == "" {
				return sheet.Close()
			}
			rows, q.Cursor = rows[:0], next
			if next, err = list.page(e, q); err != nil {
				return err
			}
		}
	}()
	if err != nil && d.ctx.Err() == nil { // the head is out: the file ends short, and the log says why
		show(d.ctx, d.app.log, d.lang, "/files/lists/"+name, err)
		panic(http.ErrAbortHandler) // a file that is not whole must not look whole
	}
	return nil
}

// listQueryOf reads the fields of a ListQuery by their JSON names from an address.
func listQueryOf(p url.Values) ListQuery {
	var q ListQuery
	v := reflect.ValueOf(&q).Elem()
	for i := range v.NumField() {
		value := p.Get(v.Type().Field(i).Tag.Get("json"))
		if f := v.Field(i); value != "" {
			switch f.Kind() { // a ListQuery holds words, flags and numbers
			case reflect.String:
				f.SetString(value)
			case reflect.Bool:
				f.SetBool(value == "true")
			case reflect.Int:
				if n, err := strconv.Atoi(value); err == nil {
					f.SetInt(int64(n))
				}
			}
		}
	}
	return q
}

// ListFiles names the lists that can be saved as a file.
func ListFiles() []string { return slices.Sorted(maps.Keys(listFiles)) }
