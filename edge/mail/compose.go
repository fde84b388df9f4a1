// Package mail makes messages and carries them.
//
// What lives here: the composer (texts of the catalogue, layout in templates/, MIME), the
// SMTP client, the reading of a message for the window. What must not: SQL, the decision
// to send, retries (office/outbox). It is called by the outbox through outbox.Composer and
// outbox.Carrier; app.New passes both in. The practice server is in the room beneath, sink.
package mail

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	_ "image/jpeg" // a logo is a PNG or a JPEG
	_ "image/png"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	texttemplate "text/template"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/office/outbox"
)

//go:embed templates
var files embed.FS

// Composer makes messages; the same letter gives the same bytes.
type Composer struct {
	page *template.Template
	text *texttemplate.Template
}

// NewComposer reads the layouts.
func NewComposer() *Composer {
	return &Composer{
		page: template.Must(template.ParseFS(files, "templates/layout.html")),
		text: texttemplate.Must(texttemplate.ParseFS(files, "templates/layout.txt")),
	}
}

type fact struct{ Label, Value string }

type support struct {
	Value string
	Href  template.URL
}

// sheet is what the two layouts show.
type sheet struct {
	Lang, Subject, Preheader string
	Font                     template.CSS
	Accents                  accents
	Firm                     outbox.Firm
	Logo                     template.URL
	LogoWidth, LogoHeight    int
	Greeting                 string
	Body, Message, After     template.HTML
	BodyText, MessageText    string
	AfterText                string
	Facts                    bool
	Hero                     *fact
	Rows                     []fact
	Button, LinkAsText       string
	Link                     template.URL
	LinkText                 string
	Signature                template.HTML
	SignatureText, Closing   string
	Support                  []support
	Why, Address, Colon      string
	OutlookOpen              template.HTML
	OutlookClose             template.HTML
}

// The families that mail programs have; a web font would have to be fetched.
const fontStack = `Inter, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`

// Subject gives the subject line only.
func (c *Composer) Subject(l outbox.Letter) string {
	if l.OwnBody() {
		return outbox.OneLine(l.Args["subject"], 200)
	}
	return outbox.OneLine(locale.T(l.Lang, key(l, "subject"), values(l, false)), 200)
}

// Compose makes the message. Nothing in it comes from outside: the logo is inside.
func (c *Composer) Compose(l outbox.Letter) (outbox.Message, error) {
	s, err := c.sheet(l)
	if err != nil {
		return outbox.Message{}, err
	}
	var plain, page bytes.Buffer
	if err := c.text.ExecuteTemplate(&plain, "layout.txt", s); err != nil {
		return outbox.Message{}, fmt.Errorf("mail: text: %w", err)
	}
	if s.LogoWidth > 0 {
		s.Logo = "cid:" + logoID
	}
	if err := c.page.ExecuteTemplate(&page, "layout.html", s); err != nil {
		return outbox.Message{}, fmt.Errorf("mail: page: %w", err)
	}
	m := outbox.Message{Subject: s.Subject, Text: plain.String(), HTML: page.String()}
	if s.LogoWidth > 0 { // the window has no other part to fetch it from
		data := "data:" + l.Firm.Logo.MediaType + ";base64," + base64.StdEncoding.EncodeToString(l.Firm.Logo.Content)
		m.HTML = strings.ReplaceAll(m.HTML, "cid:"+logoID, data)
	}
	if m.EML, err = build(l, s.Subject, m.Text, page.Bytes(), s.LogoWidth > 0); err != nil {
		return outbox.Message{}, err
	}
	for _, p := range l.Papers {
		m.Papers = append(m.Papers, outbox.PaperView{Name: fileName(p.Name), MediaType: p.MediaType, Size: int64(len(p.Content))})
	}
	return m, nil
}

func (c *Composer) sheet(l outbox.Letter) (*sheet, error) {
	words := func(what string) string { return locale.T(l.Lang, what, values(l, false)) }
	md := func(what string) string { return locale.T(l.Lang, key(l, what), values(l, true)) }
	s := &sheet{
		Lang: locale.Of(l.Lang), Subject: c.Subject(l), Preheader: words(key(l, "preheader")), Font: fontStack, Accents: accentsOf(l.Firm.Accent), Firm: l.Firm,
		Greeting: words("mail.greeting"), Body: toHTML(md("body")), BodyText: toText(md("body")), After: toHTML(md("after")), AfterText: toText(md("after")),
		Button: words(key(l, "button")), LinkAsText: words("mail.link_as_text"), Closing: words("mail.closing"), Support: supportOf(l.Firm),
		Why: words(why(l)), Address: strings.Join(append([]string{l.Firm.Name}, l.Firm.Lines...), ", "), Colon: ":",
		OutlookOpen:  `<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`,
		OutlookClose: `<!--[if mso]></td></tr></table><![endif]-->`,
	}
	if s.Lang == locale.FR {
		s.Colon = "\u00a0:"
	}
	s.Firm.Name = outbox.OneLine(l.Firm.Name, 120)
	if message := strings.TrimSpace(l.Args["message"]); message != "" && ownWords(l.Kind) {
		s.Message, s.MessageText, s.Greeting = toHTML(message), toText(message), "" // own words greet by themselves
	}
	if l.Kind == outbox.Reminder {
		s.Body, s.BodyText = toHTML(reminderBody(l)), toText(reminderBody(l))
	}
	if l.OwnBody() {
		s.Body, s.BodyText, s.After, s.AfterText, s.Greeting = toHTML(accessBody(l)), toText(accessBody(l)), "", "", "" // own words greet by themselves
	}
	if aQuestion(l.Kind) || l.Kind == outbox.ContractTurn && l.Args["text"] != "" {
		said := questionBody(l, md("body"))
		s.Body, s.BodyText = toHTML(said), toText(said)
	}
	if toFirm(l.Kind) { // the program writes to its owner
		s.Closing, s.Support = "", nil
	} else if l.Signature != "" {
		s.Signature, s.SignatureText = toHTML(l.Signature), toText(l.Signature)
	}
	if l.Link != "" {
		if err := checkLink(l.Link); err != nil {
			return nil, err
		}
		s.Link, s.LinkText = template.URL(l.Link), l.Link // #nosec G203 -- checked in the lines before
	}
	s.Hero, s.Rows = facts(l)
	s.Facts = s.Hero != nil || len(s.Rows) > 0
	s.LogoWidth, s.LogoHeight = logoSize(l.Firm.Logo)
	if locale.IsMissing(s.Subject + s.Preheader + s.BodyText + s.AfterText + s.Button) {
		return nil, fmt.Errorf("mail: kind %q lacks a text", l.Kind)
	}
	return s, nil
}

// checkLink lets through the addresses that Comptoir makes, nothing else (ASVS 1.2.2).
func checkLink(link string) error {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || strings.ContainsAny(link, " \"'<>\\\r\n\t") {
		return fmt.Errorf("mail: not an address of the portal: %.80q", link)
	}
	return nil
}

func toFirm(k outbox.Kind) bool {
	switch k {
	case outbox.TransferAnnounced, outbox.FileUploaded, outbox.QuoteApproved, outbox.QuoteRefused, outbox.QuestionAsked, outbox.RequestArrived, outbox.ContractDue, outbox.ContractRefused, outbox.ContractRoundDone, outbox.ContractCommented, outbox.ChatAsked, outbox.Test:
		return true
	default:
		return false
	}
}

// why says why a mail came: to somebody from outside who is invited to a contract, to whoever in the firm has a part in it,
// to the firm, to a customer.
func why(l outbox.Letter) string {
	if l.Args["guest"] != "" {
		return "mail.why.guest"
	}
	switch l.Kind {
	case outbox.ContractTurn, outbox.ContractReminder, outbox.ContractRestarted, outbox.ContractStopped, outbox.ContractCopy:
		if l.Link == "" { // somebody of the firm, who answers in the window
			return "mail.why.contract"
		}
		return "mail.why.customer"
	case outbox.TransferAnnounced, outbox.FileUploaded, outbox.QuoteApproved, outbox.QuoteRefused, outbox.QuestionAsked, outbox.RequestArrived, outbox.ContractRefused, outbox.ContractRoundDone, outbox.ContractCommented, outbox.ChatAsked:
		return "mail.why.firm"
	case outbox.ContractDue:
		return "mail.why.contract"
	case outbox.UserLink, outbox.UserTold:
		return "mail.why.user"
	case outbox.Test:
		return "mail.why.test"
	default:
		return "mail.why.customer"
	}
}

// named is a value in which Markdown sees no sign: an underscore between letters is none (CommonMark 6.2).
// Such values also choose among the words of a text ({what, select, email_asked …}), and must come as they are.
var named = regexp.MustCompile(`^[a-z]+(?:_[a-z]+)*$`)

// values are the placeholders of a letter's texts, written in its language. Inside
// Markdown every value of the data is plain words.
func values(l outbox.Letter, inMarkdown bool) map[string]any {
	v := map[string]any{}
	for name, value := range l.Args {
		v[name] = value
	}
	v["firm"], v["name"] = l.Firm.Name, outbox.OneLine(l.To.Name, 80)
	v["amount"] = amount(l)
	for _, name := range []string{"due_date", "from", "to", "received_on", "refunded_on", "valid_until", "signed_on", "collect_on", "refuse_by", "term_end"} {
		if d, err := civil.Parse(l.Args[name]); err == nil {
			v[name] = locale.Date(l.Lang, d)
		}
	}
	sepaValues(l, v)
	for name, x := range v {
		s, _ := x.(string)
		if s = outbox.OneLine(s, 400); inMarkdown && !named.MatchString(s) {
			s = text.Markdown(s)
		}
		v[name] = s
	}
	for _, name := range []string{"minutes", "count"} {
		if n, err := strconv.ParseInt(l.Args[name], 10, 64); err == nil {
			v[name] = n
		}
	}
	v["named"], v["link"], v["attached"] = yes(strings.TrimSpace(l.To.Name) != ""), yes(l.Link != ""), yes(len(l.Papers) > 0)
	quoteValues(l, v)
	subscriptionValues(l, v)
	chargingValues(l, v, inMarkdown)
	v["paid"] = yes(l.Kind == outbox.Invoice && minor(l) <= 0)
	v["owed"] = yes(minor(l) > 0)
	if left, err := strconv.ParseInt(l.Args["left_minor"], 10, 64); err == nil {
		v["left"] = locale.Amount(l.Lang, left, money.Currency(l.Args["currency"]))
	}
	if l.Kind != outbox.Access { // which says there which of the six it is
		v["about"] = yes(l.Args["invoice"] != "")
	}
	v["some_left"] = yes(l.Args["left_minor"] != "" && l.Args["left_minor"] != "0")
	return v
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func minor(l outbox.Letter) int64 {
	n, err := strconv.ParseInt(l.Args["amount_minor"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func amount(l outbox.Letter) string {
	if l.Args["amount_minor"] == "" {
		return ""
	}
	return locale.Amount(l.Lang, minor(l), money.Currency(l.Args["currency"]))
}

// facts are the figures of a letter, the one that counts first.
func facts(l outbox.Letter) (hero *fact, rows []fact) {
	v := values(l, false)
	label := func(name string) string { return locale.T(l.Lang, "mail.fact."+name, nil) }
	add := func(name, value string) {
		if s, _ := v[value].(string); s != "" {
			rows = append(rows, fact{label(name), s})
		}
	}
	if hero, rows, ok := quoteFacts(l, label, v); ok {
		return hero, rows
	}
	if hero, rows, ok := subscriptionFacts(l, label, v); ok {
		return hero, rows
	}
	if hero, ok := sepaFacts(l, label, add); ok {
		return hero, rows
	}
	if hero, ok := chargingFacts(l, label, add); ok {
		return hero, rows
	}
	if hero, ok := termFacts(l, label, add); ok {
		return hero, rows
	}
	if hero, ok := roundFacts(l, label, add); ok {
		return hero, rows
	}
	if l.Kind == outbox.Reminder {
		return reminderFacts(l, label, v)
	}
	hero = paperFacts(l, label, add)
	return hero, rows
}

// paperFacts are those of letters about an invoice, a credit note, a payment, a statement or files.
func paperFacts(l outbox.Letter, label func(string) string, add func(name, value string)) (hero *fact) {
	switch l.Kind {
	case outbox.Invoice:
		hero = &fact{label("amount_due"), amount(l)}
		add("number", "number")
		if minor(l) > 0 {
			add("due_date", "due_date")
			add("charge_on", "charge_on")
			add("charge_method", "charge_method")
		}
	case outbox.CreditNote:
		hero = &fact{label("credited"), amount(l)}
		add("credit", "number")
		add("number", "invoice")
		add("reason", "reason")
		add("credit_left", "left")
	case outbox.PaymentReceived:
		hero = &fact{label("amount_received"), amount(l)}
		add("received_on", "received_on")
		add("invoices", "invoices")
		add("payment", "number")
	case outbox.Statement:
		if balance := amount(l); balance != "" {
			hero = &fact{label("balance"), balance}
		}
		if l.Args["statement"] == "activity" {
			add("period_from", "from")
		}
		add("as_of", "to")
	case outbox.PaymentRefunded:
		hero = &fact{label("amount_refunded"), amount(l)}
		add("refunded_on", "refunded_on")
		add("refund_of", "of")
		add("refund", "number")
	case outbox.TransferAnnounced:
		hero = &fact{label("announced"), amount(l)}
		add("customer", "customer")
		add("number", "number")
		add("contact", "contact")
		add("reference", "reference")
	case outbox.FileShared:
		add("files", "files")
		add("number", "number")
	case outbox.FileUploaded:
		add("customer", "customer")
		add("sent_by", "contact")
		add("files", "files")
	default:
	}
	return hero
}

// supportOf is the foot of the signature: where the firm is reached.
func supportOf(f outbox.Firm) (all []support) {
	if f.SupportEmail != "" {
		all = append(all, support{f.SupportEmail, template.URL("mailto:" + url.PathEscape(f.SupportEmail))}) // #nosec G203 -- escaped in this line
	}
	if phone := f.SupportPhone; phone != "" {
		digits := strings.Map(func(r rune) rune {
			if r == '+' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, phone)
		all = append(all, support{strings.ReplaceAll(phone, " ", "\u00a0"), template.URL("tel:" + digits)}) // #nosec G203 -- digits only
	}
	if f.SupportHours != "" {
		all = append(all, support{Value: outbox.OneLine(f.SupportHours, 200)})
	}
	return all
}

// logoSize fits the logo into 200 by 48; 0 when there is none that can be shown.
func logoSize(p outbox.Paper) (width, height int) {
	if p.MediaType != "image/png" && p.MediaType != "image/jpeg" {
		return 0, 0
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(p.Content))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return 0, 0
	}
	scale := min(1, 200/float64(c.Width), 48/float64(c.Height))
	return max(1, int(float64(c.Width)*scale)), max(1, int(float64(c.Height)*scale))
}
