package portal

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/chat"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// quoteList is the list of a customer's quotes.
var quoteList = listOf{
	path: "/devis", text: "portal.quotes", icon: "invoice", dates: true, search: true, sorts: documentSorts,
	states:  []choice{{"", "all"}, {"en-attente", "waiting"}, {"approuves", "approved"}, {"factures", "converted"}, {"refuses", "refused"}, {"expires", "expired"}},
	several: []choice{{"/devis/zip", "portal.list.zip"}},
}

func (p *Portal) quotes(v *visit) error {
	a, err := v.ask(&quoteList)
	if err != nil {
		return err
	}
	rows, next, err := p.Sales.PortalQuotes(v.r.Context(), v.who, documentsAsked(a))
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.quotes.title"), quotesPage(v, a, rows, next))
}

// quoteView is what the page of a quote shows: the quote, what is ticked and typed.
type quoteView struct {
	sales.Quote
	options []int
	totals  billing.Totals // with what is ticked
	deposit int64
	name    string
	order   string
	reason  string
	asked   string
	fields  map[string]string
	thread  []chat.Message
}

func (q quoteView) ticked(line int) bool { return slices.Contains(q.options, line) }

// optional tells whether there is anything to tick.
func (q quoteView) optional() bool {
	return slices.ContainsFunc(q.Lines, func(l sales.DocumentLine) bool { return l.Optional })
}

// sheet is the document with the totals of what is ticked.
func (q quoteView) sheet() sales.Document {
	d := q.Document
	d.Totals = q.totals
	return d
}

// made is the invoice that an approval made, "" where there is none to see.
func (q quoteView) made() (m sales.MadeDocument, ok bool) {
	if q.Decision == nil {
		return m, false
	}
	for _, x := range slices.Backward(q.Made) {
		if !x.Draft && !x.TakenBack {
			return x, true
		}
	}
	return m, false
}

// loadQuote reads a quote with its thread; options are the lines ticked, in the address or in
// a form.
func (p *Portal) loadQuote(v *visit, options []string) (quoteView, error) {
	x, err := p.Sales.PortalQuote(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return quoteView{}, err
	}
	q := quoteView{Quote: x, name: v.who.Name}
	if x.Decision != nil {
		q.options = x.Decision.Options
	} else if x.Waits {
		q.options = tickedLines(x, options)
	}
	if q.totals, q.deposit, err = x.Choose(q.options); err != nil { // nothing is ticked and nothing else there
		q.totals, q.deposit = x.Totals, 0
	}
	if v.shown() { // conversations are between the firm and its contacts
		return q, nil
	}
	q.thread, err = p.thread(v, x.PublicID)
	return q, err
}

// tickedLines are the optional lines among the words of the address; others are left out.
func tickedLines(x sales.Quote, words []string) []int {
	list := []int{}
	for _, w := range words[:min(len(words), 200)] {
		n, err := strconv.Atoi(w)
		if err == nil && n >= 0 && n < len(x.Lines) && x.Lines[n].Optional && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

func (p *Portal) quote(v *visit) error {
	q, err := p.loadQuote(v, v.r.URL.Query()["option"])
	if err != nil {
		return err
	}
	return p.showQuote(v, 200, q)
}

func (p *Portal) showQuote(v *visit, status int, q quoteView) error {
	files, err := p.filesOn(v, q.Document)
	if err != nil {
		return err
	}
	return v.show(status, v.T("portal.quote.title", "number", q.Number), quotePage(v, q, files, v.notice("approuve", "refuse", "question")))
}

func (p *Portal) quotePDF(v *visit) error {
	return p.draw(v, func() (sales.File, error) {
		return p.Sales.PortalQuotePDF(v.r.Context(), v.who, v.r.PathValue("id"))
	})
}

// approveQuote takes the customer's word, and leads to where the invoice is paid.
func (p *Portal) approveQuote(v *visit) error {
	f, id := v.r.PostForm, v.r.PathValue("id")
	in := sales.Approval{PublicID: id, Hash: f.Get("empreinte"), Name: f.Get("nom"), OrderNumber: f.Get("commande"), Options: numbers(f["option"]), Signature: drawn(f.Get("signature"))}
	done, err := p.Sales.ApproveQuote(v.r.Context(), v.who, in)
	if err != nil {
		return p.quoteRefusal(v, err, func(q *quoteView) { q.name, q.order = in.Name, in.OrderNumber })
	}
	switch {
	case v.shown(), done.Made == nil, done.Draft: // the invoice is another document
		v.redirect("/devis/" + id + "?fait=approuve")
	case !v.sees(toPay): // somebody else of the house pays
		v.redirect("/devis/" + id + "?fait=approuve")
	case done.DueMinor > 0:
		v.redirect("/factures/" + done.Made.PublicID + "/payer?fait=devis")
	default:
		v.redirect("/factures/" + done.Made.PublicID)
	}
	return nil
}

func (p *Portal) refuseQuote(v *visit) error {
	f, id := v.r.PostForm, v.r.PathValue("id")
	in := sales.Refusal{PublicID: id, Hash: f.Get("empreinte"), Name: v.who.Name, Reason: f.Get("motif")}
	if _, err := p.Sales.RefuseQuote(v.r.Context(), v.who, in); err != nil {
		return p.quoteRefusal(v, err, func(q *quoteView) { q.reason = in.Reason })
	}
	v.redirect("/devis/" + id + "?fait=refuse")
	return nil
}

// numbers reads the lines that a form ticked; what is no number ticks nothing that exists.
func numbers(words []string) []int {
	list := []int{}
	for _, w := range words[:min(len(words), 1000)] {
		n, err := strconv.Atoi(w)
		if err != nil {
			n = -1
		}
		list = append(list, n)
	}
	return list
}

// drawn reads what the signature pad sent. Anything else than a PNG is judged, and refused,
// by the use case.
func drawn(data string) []byte {
	if data == "" {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(data, "data:image/png;base64,"))
	if err != nil {
		return []byte(data)
	}
	return b
}

// quoteRefusal shows why a decision was not taken: beside the fields, or for a quote that was
// decided, replaced or changed meanwhile, or has expired, a page that says so and leads on.
func (p *Portal) quoteRefusal(v *visit, err error, typed func(*quoteView)) error {
	e, isFault := fault.As(err)
	if !isFault || e.Code != fault.Invalid && e.Code != fault.Conflict {
		return err
	}
	q, lerr := p.loadQuote(v, v.r.PostForm["option"])
	if lerr != nil {
		return lerr
	}
	if fields, ok := v.fieldsOf(err); ok {
		typed(&q)
		q.fields = fields
		return p.showQuote(v, 422, q)
	}
	text, _ := locale.FaultText(v.lang, e)
	t := trouble{title: v.T("portal.quote.not_taken"), text: text, action: v.T("portal.quote.see"), to: "/devis/" + q.PublicID}
	if m, ok := q.made(); ok {
		t.title, t.action, t.to = v.T("portal.quote.approved_before"), v.T("portal.quote.see_invoice"), "/factures/"+m.PublicID
	} else if q.Successor != nil {
		t.action, t.to = v.T("portal.quote.see_newer"), "/devis/"+q.Successor.PublicID
	}
	v.log(409, e, err)
	return v.show(409, t.title, errorPage(v, t))
}

// orQuote leads a link that was mailed for a quote to its page: links name a document, not a
// page. Anything else stays not found.
func (p *Portal) orQuote(v *visit, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	x, qerr := p.Sales.PortalQuote(v.r.Context(), v.who, v.r.PathValue("id"))
	if qerr != nil {
		return err
	}
	v.redirect("/devis/" + x.PublicID)
	return nil
}

// askAbout puts a question about a document.
func (p *Portal) askAbout(v *visit, path string) error {
	id, text := v.r.PathValue("id"), v.r.PostForm.Get("question")
	if _, err := p.Chat.Ask(v.r.Context(), v.who, chat.Question{Key: v.key(), DocumentID: id, Body: text}); err != nil {
		return err
	}
	v.redirect(path + id + "?fait=question#conversation")
	return nil
}

func (p *Portal) askQuote(v *visit) error {
	err := p.askAbout(v, "/devis/")
	if fields, ok := v.fieldsOf(err); ok {
		q, lerr := p.loadQuote(v, nil)
		if lerr != nil {
			return lerr
		}
		q.fields, q.asked = fields, v.r.PostForm.Get("question")
		return p.showQuote(v, 422, q)
	}
	return err
}

func (p *Portal) askInvoice(v *visit) error {
	err := p.askAbout(v, "/factures/")
	if fields, ok := v.fieldsOf(err); ok {
		return p.showInvoice(v, 422, v.r.PostForm.Get("question"), fields)
	}
	return err
}

// homeQuotes shows what waits for the customer's word, and answers that were not read.
func (p *Portal) homeQuotes(v *visit) (templ.Component, error) {
	var rows []sales.QuoteRow
	var err error
	if v.sees(actor.AreaQuotes) {
		rows, _, err = p.Sales.PortalQuotes(v.r.Context(), v.who, sales.PortalQuery{Filter: "waiting", Limit: 5})
	}
	if err != nil {
		return nil, err
	}
	var unread []chat.Unread
	if v.sees(actor.AreaMessages) {
		unread, err = p.Chat.PortalUnread(v.r.Context(), v.who)
		unread = slices.DeleteFunc(unread, func(u chat.Unread) bool { return !v.sees(documentArea(u.Kind)) })
	}
	if err != nil || len(rows) == 0 && len(unread) == 0 {
		return nil, err
	}
	return quotesHome(v, rows, unread), nil
}

// documentHome is the page of a document of some kind.
func documentHome(kind billing.Kind, publicID string) string {
	switch kind {
	case billing.Quote:
		return "/devis/" + publicID
	case billing.CreditNote:
		return "/credits/" + publicID
	default:
		return "/factures/" + publicID
	}
}

func (v *visit) quoteBadge(s billing.State) badge {
	switch s {
	case billing.StateApproved, billing.StateConverted:
		return badge{"good", v.T("common.state.approved")}
	case billing.StateRefused:
		return badge{"neutral", v.T("common.state.refused")}
	case billing.StateExpired:
		return badge{"neutral", v.T("common.state.expired")}
	case billing.StateSuperseded:
		return badge{"neutral", v.T("common.state.superseded")}
	default:
		return badge{"info", v.T("portal.state.to_approve")}
	}
}
