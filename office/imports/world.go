package imports

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db/gen"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/search"
)

// world is what a file is judged against: the firm and what it has already.
type world struct {
	kind      string
	q         *gen.Queries
	firm      company.Firm
	today     civil.Date
	fields    []Field
	byID      map[string]Field
	taxes     catalog.Table
	lists     map[string]gen.PriceListsRow // by field
	parties   map[string]party
	items     map[string]string // public id by code in small letters
	numbers   map[string]bool   // of documents
	ours      []*regexp.Regexp  // numbers that our series will come to
	countries map[string]string
	blank     customers.Customer // a new one, as the form has it
}

// party is a customer that is there already, under one of its names.
type party struct {
	id       int64
	publicID string
	twice    bool // the name belongs to several
}

// newWorld reads it, in the caller's snapshot or transaction.
func newWorld(ctx context.Context, q *gen.Queries, s *Service, kind string) (*world, error) {
	fields, known := fieldsOf[kind]
	if !known {
		return nil, fault.New(fault.Invalid, "fault.choice")
	}
	w := &world{kind: kind, q: q, fields: slices.Clone(fields), byID: map[string]Field{}, lists: map[string]gen.PriceListsRow{}}
	var err error
	if w.firm, err = company.Get(ctx, q); err != nil {
		return nil, err
	}
	w.today = w.firm.Today(s.DB.Now())
	for _, read := range []func(context.Context) error{w.readCatalog, w.readParties, w.readNumbers, w.readBlank} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	for _, f := range w.fields {
		w.byID[f.ID] = f
	}
	return w, nil
}

// listField is the prefix of the columns that hold prices by list.
const listField = "list:"

func (w *world) readCatalog(ctx context.Context) (err error) {
	if w.kind == Customers {
		return nil
	}
	if w.taxes, err = catalog.Taxes(ctx, w.q); err != nil || w.kind != Items {
		return err
	}
	lists, err := w.q.PriceLists(ctx)
	if err != nil {
		return err
	}
	for _, l := range lists {
		if l.ArchivedAt == nil {
			f := Field{ID: listField + l.PublicID, Name: l.Name, kind: "price"}
			w.fields, w.lists[f.ID] = append(w.fields, f), l
		}
	}
	w.items = map[string]string{}
	for after := int64(0); ; {
		rows, err := w.q.KnownItems(ctx, gen.KnownItemsParams{AfterID: after, RowLimit: 1000})
		for _, r := range rows {
			w.items[strings.ToLower(r.Code)], after = r.PublicID, r.ID
		}
		if err != nil || len(rows) == 0 {
			return err
		}
	}
}

// readParties gathers the customers under each of their names: number, former number,
// SIREN, name with address, name alone.
func (w *world) readParties(ctx context.Context) error {
	if w.kind == Items {
		return nil
	}
	rows, err := w.q.KnownCustomers(ctx)
	w.parties = make(map[string]party, 4*len(rows))
	add := func(key string, p party) {
		if old, known := w.parties[key]; known && old.id != p.id {
			p = old
			p.twice = true
		}
		w.parties[key] = p
	}
	for _, r := range rows {
		p := party{id: r.ID, publicID: r.PublicID}
		add("number "+r.Number, p)
		if r.FormerNumber != "" {
			add("former "+r.FormerNumber, p)
		}
		if r.Siren != "" {
			add("siren "+r.Siren, p)
		}
		if r.Email != "" {
			add("mail "+strings.ToLower(r.Email), p)
		}
		add("both "+r.NameKey+" "+strings.ToLower(r.Email), p)
		add("name "+r.NameKey, p)
	}
	return err
}

// find looks a customer up under one name; one that several bear is none.
func (w *world) find(what, value string) (p party, found bool) {
	if value == "" {
		return party{}, false
	}
	p, found = w.parties[what+" "+value]
	return p, found && !p.twice
}

// byNumber looks a customer up by the number of another program, then by ours.
func (w *world) byNumber(number string) (party, bool) {
	if p, found := w.find("former", number); found {
		return p, true
	}
	return w.find("number", number)
}

func nameKey(name string) string { return search.SortKey(name) }

func (w *world) readNumbers(ctx context.Context) error {
	if w.kind != Invoices {
		return nil
	}
	numbers, err := w.q.KnownNumbers(ctx)
	if err != nil {
		return err
	}
	w.numbers = make(map[string]bool, len(numbers))
	for _, n := range numbers {
		if n != nil {
			w.numbers[*n] = true
		}
	}
	patterns, err := w.q.SeriesPatterns(ctx)
	for _, p := range patterns {
		if re := coming(p.Pattern, w.today.Year); re != nil && p.Kind != "customer" && p.Kind != "payment" && p.Kind != "refund" {
			w.ours = append(w.ours, re)
		}
	}
	return err
}

func (w *world) readBlank(ctx context.Context) (err error) {
	if w.kind == Customers {
		w.blank, err = customers.NewForm(ctx, w.q)
	}
	return err
}

// coming matches the numbers that a pattern gives from this year on: one that is taken
// from outside would stand in the way of the series one day.
func coming(pattern string, year int) *regexp.Regexp {
	years := make([]string, 0, 30)
	for y := year; y < year+30; y++ {
		years = append(years, strconv.Itoa(y))
	}
	expr := regexp.QuoteMeta(pattern)
	expr = strings.ReplaceAll(expr, `\{year\}`, "("+strings.Join(years, "|")+")")
	expr = regexp.MustCompile(`\\\{n(:\d+)?\\\}`).ReplaceAllString(expr, `\d+`)
	re, err := regexp.Compile("^" + expr + "$")
	if err != nil {
		return nil
	}
	return re
}

// known keeps of remembered columns those whose field there still is.
func (w *world) known(columns []string) []string {
	out := slices.Clone(columns)
	for i, c := range out {
		if _, ok := w.byID[c]; !ok {
			out[i] = ""
		}
	}
	return out
}

// country reads a country by its code or by its name in either language.
func (w *world) country(s string) string {
	if w.countries == nil {
		w.countries = map[string]string{"uk": "GB", "angleterre": "GB", "england": "GB", "usa": "US", "etats unis d amerique": "US", "quebec": "CA", "hollande": "NL"}
		for _, lang := range locale.Langs() {
			for _, key := range locale.Keys(lang, "country.") {
				w.countries[plain(locale.T(lang, key, nil))] = strings.TrimPrefix(key, "country.")
			}
		}
	}
	name := plain(s)
	if code := w.countries[name]; code != "" {
		return code
	}
	return strings.ToUpper(strings.TrimSpace(s))
}

// guess is the first idea of how a table is to be understood.
func guess(w *world, t Table) Options {
	o := Options{Existing: Skip, Nature: "services", OpeningOn: w.today.String(), Source: line(strings.TrimSuffix(strings.TrimSuffix(t.FileName, ".csv"), ".xlsx"))}
	width, best := 0, 0
	for i, row := range t.Rows[:min(len(t.Rows), 50)] {
		width = max(width, len(row))
		if i >= 20 {
			continue
		}
		n := 0
		for _, c := range match(w.fields, row) {
			if c != "" {
				n++
			}
		}
		if n > best {
			best, o.Head = n, i+1
		}
	}
	if o.Head == 0 {
		o.Head = firstWords(t)
	}
	o.Columns = make([]string, width)
	if o.Head > 0 {
		copy(o.Columns, match(w.fields, t.Rows[o.Head-1]))
	}
	o.Decimal, o.DateOrder = figures(w, t, o)
	return o
}

// firstWords is the first row that names its columns, as far as can be told without
// knowing the names: several cells, none of them a figure.
func firstWords(t Table) int {
	for i, row := range t.Rows[:min(len(t.Rows), 20)] {
		full := 0
		for _, c := range row {
			if c = strings.TrimSpace(c); c != "" {
				full++
				if strings.Trim(c, "0123456789.,-/ ") == "" {
					return 0
				}
			}
		}
		if full > 1 {
			return i + 1
		}
	}
	return 0
}

// figures finds the decimal mark and the order of dates in the columns that hold them.
func figures(w *world, t Table, o Options) (decimal, order string) {
	var amounts, dates []string
	for i, id := range o.Columns {
		f, known := w.byID[id]
		if !known {
			continue
		}
		for _, row := range t.Rows[o.Head:min(len(t.Rows), o.Head+5000)] {
			if i < len(row) && f.kind == "date" {
				dates = append(dates, row[i])
			} else if i < len(row) && (f.kind == "amount" || f.kind == "price") {
				amounts = append(amounts, row[i])
			}
		}
	}
	if decimal = decimalOf(amounts); t.Serial && decimal == "" {
		decimal = "."
	}
	if decimal == "" && w.firm.Language == "fr" {
		decimal = ","
	} else if decimal == "" {
		decimal = "."
	}
	if order = orderOf(dates); order == "" && w.firm.Country == "US" {
		order = "mdy"
	} else if order == "" {
		order = "dmy"
	}
	return decimal, order
}
