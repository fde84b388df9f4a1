package portal

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
)

// Lists, one way for all of them (invoices, quotes, credits, payments, documents …). A page
// with a list
//
//  1. describes it once, in a variable of type listOf: its address, the prefix of its texts,
//     the states it may be filtered by, the orders it may have, what can be done with several;
//  2. reads what the address asks: ask, err := v.ask(&quoteList). Words of the address that the
//     list does not know are no page (404); ask.State, ask.Sort are the use case's own words;
//  3. asks its use case for a page by key, 50 rows, with ask.After;
//  4. shows @list(v, ask, foundRows{Rows: len(rows), Next: next, Count: n}) { @itsTable(…) }: the
//     component draws tabs, search, dates, order, count, empty states and pages around the table.
//
// A table whose rows can be chosen puts @pick(v, ask, id, label) into the first cell of each row
// and @pickHead(v, ask) into the first header; the buttons of listOf.several post the chosen ids
// as "id", or the whole filter where tout=1 is among the fields (visit.chosen reads both).
//
// Texts, below the prefix p of the list: p.title, p.filters (name of the tabs), p.filter_<state>,
// p.count ({n, plural, …}) where it is counted, p.empty, p.empty_text ({firm}), p.empty_<state>[_text] where a state
// has words of its own, and p.sort_<name> where an order has. Everything works by GET forms without a script; portal.js counts
// what is chosen, chooses all, and sends the filter when an order is chosen.

// choice is one word of the address (none for the usual) and the use case's word for it.
type choice struct{ address, name string }

// listOf describes one list of the portal.
type listOf struct {
	path   string   // of the page
	text   string   // prefix of its texts
	icon   string   // of the empty list
	states []choice // tabs, the usual first; nil: no tabs
	sorts  []choice // orders beside the usual one, as portal.list.sort_<name>; nil: no choice
	dates  bool     // may be narrowed to days
	search bool     // may be searched by words
	most   int      // counted up to here; 0: as given
	// several are the addresses that take chosen rows, with the text of the button.
	several []choice
	pay     string // the address that pays the chosen rows, first of the buttons; "" = none
}

// sortText is the word of an order: the list's own where it has one.
func (v *visit) sortText(a asked, c choice) string {
	if key := a.of.text + ".sort_" + c.name; locale.Has(v.lang, key) {
		return v.T(key)
	}
	return v.T("portal.list.sort_" + c.name)
}

// The orders of lists with a date and an amount.
var moneySorts = []choice{{"anciens", "oldest"}, {"montant", "largest"}, {"montant-croissant", "smallest"}}

// The orders of lists of documents with a date, a day that ends and an amount.
var documentSorts = []choice{{"anciennes", "oldest"}, {"echeance", "due"}, {"montant", "largest"}, {"montant-croissant", "smallest"}}

// asked is what the address asks of a list.
type asked struct {
	of       *listOf
	state    choice
	sort     choice
	From, To civil.Date
	Words    string
	After    string
	// bad are the fields that were typed wrong: "du", "au".
	bad map[string]bool
}

// State and Sort are the use case's words; Sort is "" for the usual order.
func (a asked) State() string { return a.state.name }

// Sort is the order asked for.
func (a asked) Sort() string { return a.sort.name }

var errTooMany = fault.New(fault.TooMany, "fault.too_many")

// wordsMax is how much of a search is read.
const wordsMax = 80

// ask reads what the address asks of a list. Searching by words costs more than a page, and
// counts as much.
func (v *visit) ask(l *listOf) (asked, error) { return v.askIn(l, v.r.URL.Query()) }

func (v *visit) askIn(l *listOf, q url.Values) (asked, error) {
	a := asked{of: l, After: q.Get("apres"), bad: map[string]bool{}}
	var ok bool
	if a.state, ok = pickChoice(l.states, q.Get("filtre")); !ok {
		return asked{}, errNoPage
	}
	if q.Get("tri") != "" {
		if a.sort, ok = pickChoice(l.sorts, q.Get("tri")); !ok {
			return asked{}, errNoPage
		}
	}
	if l.search {
		a.Words = cut(strings.Join(strings.Fields(q.Get("q")), " "), wordsMax)
	}
	if l.dates {
		a.From, a.To = a.day(q, "du"), a.day(q, "au")
	}
	if a.Words != "" && !v.p.limits.address(costly, v.address) {
		return asked{}, errTooMany
	}
	return a, nil
}

func pickChoice(all []choice, address string) (choice, bool) {
	for _, c := range all {
		if c.address == address {
			return c, true
		}
	}
	return choice{}, len(all) == 0 && address == ""
}

func (a asked) day(q url.Values, name string) civil.Date {
	typed := strings.TrimSpace(q.Get(name))
	if typed == "" {
		return civil.Date{}
	}
	d, err := civil.Parse(typed)
	a.bad[name] = err != nil
	return d
}

// narrowed tells whether the list is less than all of its state.
func (a asked) narrowed() bool { return a.Words != "" || !a.From.IsZero() || !a.To.IsZero() }

// dated tells whether days were asked for, well or badly.
func (a asked) dated() bool { return !a.From.IsZero() || !a.To.IsZero() || a.bad["du"] || a.bad["au"] }

// values are the words of the address, without the page.
func (a asked) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"filtre": a.state.address, "tri": a.sort.address, "q": a.Words, "du": dayIn(a.From), "au": dayIn(a.To)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func dayIn(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (a asked) address(q url.Values) templ.SafeURL {
	if len(q) == 0 {
		return templ.SafeURL(a.of.path)
	}
	return templ.SafeURL(a.of.path + "?" + q.Encode())
}

// tab is the address of the same list in another state.
func (a asked) tab(c choice) templ.SafeURL {
	a.state, a.sort = c, choice{}
	return a.address(a.values())
}

// page is the address of the page after a cursor, "" = the first.
func (a asked) page(after string) templ.SafeURL {
	q := a.values()
	if after != "" {
		q.Set("apres", after)
	}
	return a.address(q)
}

// whole is the address of the state without search, dates and order.
func (a asked) whole() templ.SafeURL {
	return asked{of: a.of, state: a.state}.page("")
}

// foundRows is what a list found. Count is of all pages, 0 where it is not known.
type foundRows struct {
	Rows  int
	Next  string
	Count int
}

// countText says how many there are: "1 000 factures ou plus" where counting ended.
func (v *visit) countText(a asked, f foundRows) string {
	if f.Count == 0 {
		return ""
	}
	text := v.T(a.of.text+".count", "n", int64(f.Count))
	if a.of.most > 0 && f.Count >= a.of.most {
		return v.T("portal.list.or_more", "count", text)
	}
	return text
}

// emptyText are the words of an empty list: of its state where it has its own.
func (v *visit) emptyText(a asked) (icon, title, text string) {
	if a.narrowed() {
		return "search", v.T("portal.list.nothing"), v.T("portal.list.nothing_text")
	}
	if key := a.of.text + ".empty_" + a.state.name; a.state.address != "" && locale.Has(v.lang, key) {
		return a.of.icon, v.T(key), v.T(key+"_text", "firm", v.firm())
	}
	return a.of.icon, v.T(a.of.text + ".empty"), v.T(a.of.text+".empty_text", "firm", v.firm())
}

// chosen reads what a form of several sent: ids, or the filter that they are all of.
type chosen struct {
	IDs []string
	All bool
	asked
}

func (v *visit) chosen(l *listOf) (chosen, error) {
	f := v.r.PostForm
	a, err := v.askIn(l, f)
	if err != nil {
		return chosen{}, err
	}
	c := chosen{asked: a, All: f.Get("tout") == "1"}
	if c.All {
		return c, nil
	}
	seen := map[string]bool{}
	for _, id := range f["id"] {
		if id != "" && len(id) <= 64 && !seen[id] {
			seen[id] = true
			c.IDs = append(c.IDs, id)
		}
	}
	return c, nil
}
