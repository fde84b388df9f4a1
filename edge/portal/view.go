package portal

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"comptoir/core/civil"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/access"
	"comptoir/office/attachments"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// What templates ask of a visit: written figures, small decisions of what is shown. No
// arithmetic on money stands here, and no word.

func (v *visit) amount(minor int64, c money.Currency) string {
	return locale.AmountOfCountry(v.lang, minor, c)
}

// dates are those written lately: a list writes a hundred, and always the same ones again.
var (
	dates     sync.Map // dated → string
	dateCount atomic.Int64
)

type dated struct {
	lang string
	day  civil.Date
}

// datesKept bounds the memory: forty years in two languages.
const datesKept = 30_000

func (v *visit) date(d civil.Date) string {
	key := dated{v.lang, d}
	if s, ok := dates.Load(key); ok {
		return s.(string)
	}
	s := locale.Date(v.lang, d)
	if dateCount.Add(1) < datesKept {
		dates.Store(key, s)
	}
	return s
}

func (v *visit) instant(t time.Time) string {
	return locale.DateTime(v.lang, t, v.identity().zone)
}

// stored writes an instant as it lies in the file.
func (v *visit) stored(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return v.date(civil.Of(t, v.identity().zone))
}

// storedAt is stored with the time of day.
func (v *visit) storedAt(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return v.instant(t)
}

// badge is a state as a word with its tone.
type badge struct{ tone, word string }

// tones of the states; the customer sees "to pay" where the firm sees sent or viewed.
func (v *visit) badge(s billing.State, announced bool) badge {
	switch {
	case announced && (s == billing.StateSent || s == billing.StateViewed || s == billing.StateIssued || s == billing.StatePartial || s == billing.StateOverdue):
		return badge{"info", v.T("common.state.announced")}
	case s == billing.StateOverdue:
		return badge{"danger", v.T("common.state.overdue")}
	case s == billing.StatePaid:
		return badge{"good", v.T("common.state.paid")}
	case s == billing.StatePartial:
		return badge{"warning", v.T("common.state.partial")}
	case s == billing.StateCancelled:
		return badge{"neutral", v.T("common.state.cancelled")}
	case s == billing.StateApplied:
		return badge{"neutral", v.T("portal.state.applied")}
	}
	return badge{"neutral", v.T("portal.state.to_pay")}
}

func (v *visit) rowBadge(r sales.PortalRow) badge {
	if r.Kind == billing.CreditNote && r.State != billing.StateApplied {
		return badge{"neutral", v.T("portal.state.credit")}
	}
	return v.badge(r.State, r.Announced)
}

func (v *visit) docBadge(d sales.Document) badge {
	if d.Kind == billing.CreditNote && d.State != billing.StateApplied {
		return badge{"neutral", v.T("portal.state.credit")}
	}
	return v.badge(d.State, d.AnnouncedAt != "")
}

func (v *visit) docTitle(k billing.Kind, number string) string {
	return v.T("pdf.title."+string(k)) + " " + number
}

// payable tells whether the customer still owes something on d.
func payable(d sales.Document) bool {
	return d.DueMinor > 0 && d.Kind != billing.CreditNote && d.Kind != billing.Quote
}

func late(s billing.State) bool { return s == billing.StateOverdue }

func (v *visit) column(d sales.Document, name string) string {
	switch {
	case d.SpeaksOfVAT() && d.PricesInclTax:
		return v.T("pdf.column." + name + "_incl")
	case d.SpeaksOfVAT():
		return v.T("pdf.column." + name + "_excl")
	}
	return v.T("pdf.column." + name)
}

func (v *visit) total(d sales.Document, name string) string {
	if d.SpeaksOfVAT() {
		return v.T("pdf.total." + name)
	}
	return v.T("pdf.total." + name + "_plain")
}

// quantity writes how much of what: 3 h, 12,5 m².
func (v *visit) quantity(l sales.DocumentLine) string {
	n := locale.Quantity(v.lang, l.QuantityE4)
	if l.Unit == "" || l.Unit == "C62" || !locale.Has(v.lang, "unit.short."+l.Unit) {
		return n
	}
	return n + "\u00a0" + v.T("unit.short."+l.Unit)
}

func (v *visit) unitPrice(d sales.Document, l sales.DocumentLine) string {
	return locale.UnitPrice(v.lang, l.UnitPriceE4, d.Currency)
}

func (v *visit) discount(d sales.Document, l sales.DocumentLine) string {
	switch {
	case l.DiscountPCM != 0:
		return locale.Rate(v.lang, l.DiscountPCM)
	case l.DiscountMinor != 0:
		return v.amount(l.DiscountMinor, d.Currency)
	}
	return ""
}

func (v *visit) rates(taxes []billing.Tax) string {
	if len(taxes) == 1 {
		if taxes[0].Category != billing.Standard {
			return locale.Rate(v.lang, 0)
		}
		return locale.Rate(v.lang, taxes[0].RatePCM)
	}
	names := make([]string, 0, len(taxes))
	for _, t := range taxes {
		names = append(names, t.Name)
	}
	return strings.Join(names, " + ")
}

// subtotal tells whether the total before tax is a figure of its own.
func subtotal(d sales.Document) bool {
	return d.ShowsTax() || len(d.Totals.Allowances) > 0 || d.Totals.TotalTax != 0
}

// shown is what a line comes to as it is printed: before tax, or with it where prices include it.
func shown(l sales.DocumentLine) int64 { return l.Total.ShownMinor }

func (v *visit) allowanceLabel(a billing.AllowanceTotal) string {
	label := a.Reason
	if label == "" && a.Charge {
		label = v.T("pdf.total.charge")
	} else if label == "" {
		label = v.T("pdf.total.allowance")
	}
	if a.PCM != 0 {
		label += " " + locale.Rate(v.lang, a.PCM)
	}
	return label
}

func signed(a billing.AllowanceTotal) int64 {
	if a.Charge {
		return a.ShownMinor
	}
	return -a.ShownMinor
}

func (v *visit) taxLabel(t billing.TaxSubtotal) string {
	return v.T("pdf.total.tax", "name", t.Tax.Name, "rate", locale.Rate(v.lang, t.Tax.RatePCM))
}

// mentions are the texts that the law wants below the document: the firm's registrations
// on one line as on paper, the rest each on its own.
func mentions(d sales.Document) []string {
	identity, rest := []string{}, []string{}
	for _, m := range d.Mentions {
		switch {
		case m.Place == billing.PlaceHeader: // beside the dates
		case m.Place == billing.PlaceIdentity && len([]rune(m.Text)) <= 60:
			identity = append(identity, m.Text)
		default:
			rest = append(rest, m.Text)
		}
	}
	if len(identity) > 0 {
		rest = append(rest, strings.Join(identity, " · "))
	}
	return rest
}

// paragraphs splits a text at blank lines; within one, line breaks stand as they are.
func paragraphs(s string) []string {
	out := []string{}
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// message is the firm's own word on the dashboard, in the visitor's language if there is one.
func (v *visit) message() []string {
	id := v.identity()
	return paragraphs(locale.Either(v.lang, id.MessageFR, id.MessageEN))
}

// supportHours says when the firm answers, in the visitor's language if it wrote it so.
func (v *visit) supportHours() string {
	return locale.Either(v.lang, v.identity().SupportHoursFR, v.identity().SupportHoursEN)
}

func (v *visit) firm() string {
	if name := v.identity().Name; name != "" {
		return name
	}
	return v.T("common.app")
}

// initials stand where a firm has no logo.
func initials(name string) string {
	out := []rune{}
	for _, w := range strings.Fields(name) {
		r := []rune(w)
		if len(out) < 2 && strings.ToUpper(string(r[0])) != strings.ToLower(string(r[0])) {
			out = append(out, []rune(strings.ToUpper(string(r[0])))...)
		}
	}
	return string(out)
}

func (v *visit) logoPath() string {
	sha := v.identity().LogoSHA256
	if len(sha) < 12 {
		return ""
	}
	return "/logo?v=" + sha[:12]
}

func (v *visit) themePath() string { return "/static/theme.css?v=" + v.identity().theme }

// here marks the part of the portal that the page belongs to.
func (v *visit) here(prefix string) bool {
	path := v.r.URL.Path
	if prefix == "/" {
		return path == "/"
	}
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// back is where the language switch returns to: this page, where it can be asked for by GET.
func (v *visit) back() string {
	if v.r.Method == "GET" || v.r.Method == "HEAD" {
		return v.r.URL.RequestURI()
	}
	if strings.HasPrefix(v.r.URL.Path, "/abonnement/") { // each of its forms can be asked for as well
		return strings.Replace(v.r.URL.RequestURI(), "/renvoi", "/code", 1)
	}
	switch v.r.URL.Path {
	case "/connexion", "/mot-de-passe", "/mot-de-passe/oublie":
		return v.r.URL.Path
	case "/profil/mot-de-passe", "/profil/langue":
		return "/profil"
	}
	return "/"
}

func (v *visit) otherLang() locale.Lang {
	if v.lang == locale.EN {
		return locale.FR
	}
	return locale.EN
}

func path(parts ...string) templ.SafeURL { return templ.SafeURL(strings.Join(parts, "")) }

// iban is grouped with plain spaces: on a phone it may break between its groups.
func iban(s string) string { return strings.ReplaceAll(ident.FormatIBAN(s), "\u00a0", " ") }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// device makes a browser's own description short: what it runs on and what it is. A
// description that says neither stands as it is, cut.
func (v *visit) device(agent string) string {
	find := func(pairs [][2]string) string {
		for _, p := range pairs {
			if strings.Contains(agent, p[0]) {
				return p[1]
			}
		}
		return ""
	}
	browser := find([][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrom", "Chrome"}, {"Safari", "Safari"}})
	system := find([][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}})
	switch {
	case browser != "" && system != "":
		return v.T("portal.profile.device", "browser", browser, "system", system)
	case browser+system != "":
		return browser + system
	case agent == "":
		return v.T("portal.profile.device_unknown")
	}
	return cut(agent, 60)
}

func (v *visit) trustWord(s access.OpenSession) string {
	if s.Trust >= 3 {
		return v.T("portal.factor.by_two")
	}
	if s.Trust >= 2 {
		return v.T("portal.profile.by_password")
	}
	return v.T("portal.profile.by_link")
}

// reason is why a gateway declined, in words; an unknown key gives the general sentence.
func (v *visit) reason(i payments.Intent) string {
	if i.Reason != "" && locale.Has(v.lang, i.Reason) {
		return v.T(i.Reason)
	}
	return v.T("portal.intent.declined_text")
}

func firstOpen(rows []sales.PortalRow, c money.Currency) (sales.PortalRow, bool) {
	for _, r := range rows {
		if r.Currency == c {
			return r, true
		}
	}
	return sales.PortalRow{}, false
}

// size writes how much a file is, in the units that people know.
func (v *visit) size(n int64) string { return locale.Size(v.lang, n) }

// isNew tells a file of the firm that nobody of the customer has opened.
func (v *visit) isNew(f attachments.File) bool { return !f.FromCustomer && f.SeenAt == "" }

// sentBy names who put a file there: the firm, or the person who handed it over.
func (v *visit) sentBy(f attachments.File) string {
	if f.FromCustomer {
		return f.Author
	}
	return v.firm()
}

// digits keeps what a telephone dials.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if (r >= '0' && r <= '9') || r == '+' {
			return r
		}
		return -1
	}, s)
}

// plainAmount writes an amount as a bank's form wants it typed: 1234.50.
func plainAmount(minor int64, c money.Currency) string {
	s := strconv.FormatInt(minor, 10)
	d := c.Digits()
	if d == 0 || minor < 0 {
		return s
	}
	for len(s) <= d {
		s = "0" + s
	}
	return s[:len(s)-d] + "." + s[len(s)-d:]
}

// doneKey turns the word in the address into the key of its text.
func doneKey(done string) string { return strings.ReplaceAll(done, "-", "_") }
