package mail

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/core/locale"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

var update = flag.Bool("update", false, "write the goldens")

func logo(t testing.TB) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 240, 96))
	for y := range 96 {
		for x := range 240 {
			dx, dy := x-48, y-48
			if dx*dx+dy*dy < 44*44 || x > 110 && y > 36 && y < 60 {
				img.Set(x, y, color.NRGBA{15, 92, 90, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample(kind outbox.Kind, lang string) outbox.Letter {
	l := outbox.Letter{
		Kind: kind, Lang: lang, MessageID: "<abcdefgh@atelier-lumen.fr>", Date: time.Date(2026, 11, 21, 19, 9, 0, 0, time.FixedZone("CET", 3600)),
		From: outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}, ReplyTo: "bonjour@atelier-lumen.fr",
		To: outbox.Address{Name: "Hélène Marchand", Address: "helene@marchand.example"}, Args: map[string]string{},
		Firm: outbox.Firm{Name: "Atelier Lumen", Lines: []string{"12 rue des Tanneurs", "69003 Lyon"}, Accent: "#0f5c5a", SupportEmail: "bonjour@atelier-lumen.fr", SupportPhone: "04 72 00 00 00", SupportHours: "lun.–ven., 9 h – 17 h"},
	}
	link := "https://192.168.1.20:8443/l/k7f3q2mzt4wgx5yabcde6rhn2v.p4s8d1"
	switch kind {
	case outbox.Invoice:
		l.Args = map[string]string{"number": "FA-2026-0042", "amount_minor": "148950", "currency": "EUR", "due_date": "2026-12-21"}
		l.Link, l.Papers = link, []outbox.Paper{{Name: "FA-2026-0042.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 sample")}}
	case outbox.Quote:
		l.Args = map[string]string{"number": "DE-2026-0012", "amount_minor": "312000", "currency": "EUR", "valid_until": "2026-12-21"}
		l.Link, l.Papers = link, []outbox.Paper{{Name: "DE-2026-0012.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 sample")}}
	case outbox.CreditNote:
		l.Args = map[string]string{"number": "AV-2026-0003", "amount_minor": "54000", "currency": "EUR", "reason": "Une journée *annulée*", "invoice": "FA-2026-0042", "left_minor": "54000"}
		l.Link, l.Papers = link, []outbox.Paper{{Name: "AV-2026-0003.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 sample")}}
	case outbox.QuoteConfirmed:
		l.Args = map[string]string{"number": "DE-2026-0012", "amount_minor": "312000", "currency": "EUR", "by": "Hélène Marchand", "invoice": "FA-2026-0043", "due_minor": "93600", "due_date": "2026-12-21"}
		l.Link = link
	case outbox.QuoteApproved:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"customer": "Boulangerie Petit & Fils", "number": "DE-2026-0012", "amount_minor": "312000", "currency": "EUR", "by": "Hélène Marchand", "invoice": "FA-2026-0043", "order": "BC 77"}
	case outbox.QuoteRefused:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"customer": "Boulangerie Petit & Fils", "number": "DE-2026-0012", "amount_minor": "312000", "currency": "EUR", "by": "Hélène Marchand", "reason": "Trop cher *pour nous* cette année"}
	case outbox.QuestionAsked:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"customer": "Boulangerie Petit & Fils", "number": "DE-2026-0012", "what": "quote", "by": "Hélène Marchand", "text": "Bonjour,\n\nle délai est-il *ferme* ?\n- et [la pose](https://mauvais.example) ?\n<script>x</script>"}
	case outbox.QuestionAnswered:
		l.Args = map[string]string{"number": "FA-2026-0042", "what": "invoice", "text": "Oui, quinze jours.\nBonne journée"}
		l.Link = link
	case outbox.PaymentRefunded:
		l.Args = map[string]string{"number": "RB-2026-0003", "of": "RE-2026-0007", "amount_minor": "25000", "currency": "EUR", "refunded_on": "2026-11-21", "refund": "3"}
	case outbox.PaymentReceived:
		l.Args = map[string]string{"number": "RE-2026-0007", "amount_minor": "148950", "currency": "EUR", "received_on": "2026-11-21", "invoices": "FA-2026-0042"}
		l.Link, l.Papers = link, []outbox.Paper{{Name: "RE-2026-0007.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 receipt")}}
	case outbox.TransferAnnounced:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"customer": "Boulangerie Petit & Fils", "number": "FA-2026-0042", "amount_minor": "148950", "currency": "EUR", "contact": "Hélène Marchand", "reference": "RF18FA20260042"}
	case outbox.MandateAsked:
		l.Args, l.Link = map[string]string{"rum": "RUM-2026-0007"}, link
	case outbox.MandateSigned:
		l.Args = map[string]string{"rum": "RUM-2026-0007", "signed_on": "2026-11-21", "account": "0129"}
	case outbox.DebitNotice:
		l.Args = map[string]string{"invoices": "FA-2026-0042, FA-2026-0043", "amount_minor": "148950", "currency": "EUR", "collect_on": "2026-12-15", "rum": "RUM-2026-0007", "ics": "FR72ZZZ123456", "account": "0129"}
	case outbox.DebitDropped:
		l.Args = map[string]string{"invoices": "FA-2026-0042, FA-2026-0043", "amount_minor": "148950", "currency": "EUR", "collect_on": "2026-12-15", "rum": "RUM-2026-0007"}
	case outbox.DebitReturned:
		l.Args, l.Link = map[string]string{"invoices": "FA-2026-0042", "amount_minor": "148950", "currency": "EUR", "code": "AM04"}, link
	case outbox.TransferDismissed:
		l.Args, l.Link = map[string]string{"number": "FA-2026-0042", "amount_minor": "148950", "currency": "EUR", "text": "Bonjour,\nnous ne voyons pas *votre* virement."}, link
	case outbox.Statement:
		l.Args = map[string]string{"run": "run", "statement": "open", "from": "2026-01-01", "to": "2026-10-31", "amount_minor": "538000", "currency": "EUR"}
		l.Link, l.Papers = link, []outbox.Paper{{Name: "releve-C0001-2026-10-31.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 statement")}}
	case outbox.Reminder:
		l.Args, l.Link = reminderArgs(lang), link
		l.Papers = []outbox.Paper{{Name: "FA-2026-0042.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 sample")}, {Name: "FA-2026-0043.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 sample")}}
	case outbox.SignupCode:
		l.Args = map[string]string{"registration": "r", "round": "1", "minutes": "10", "for_what": "Panier *bio*", "code": "042617"}
	case outbox.SignupKnown, outbox.SignupOnFile:
		l.To.Name, l.Args = "", map[string]string{"for_what": "Panier *bio*"}
	case outbox.Subscribed, outbox.SubscriptionTrial:
		l.Args = map[string]string{"plan": "Panier *bio*", "amount_minor": "2400", "currency": "EUR", "unit": "month", "every": "1", "trial_until": "2026-12-04", "next_on": "2026-12-05", "first_minor": "7400"}
		l.Link = link
	case outbox.SubscriptionChanged:
		l.Args = map[string]string{"plan": "Panier *bio*", "seats": "3", "amount_minor": "7200", "currency": "EUR", "unit": "month", "every": "3", "on": "2026-11-21", "next_on": "2026-12-05"}
		l.Link = link
	case outbox.SubscriptionCancelAsked:
		l.Args, l.Link = map[string]string{"plan": "Panier *bio*", "reason": "Nous *déménageons*"}, link
	case outbox.SubscriptionCancelled:
		l.Args, l.Link = map[string]string{"plan": "Panier *bio*", "ends_on": "2026-12-04"}, link
	case outbox.MethodAdded, outbox.MethodRemoved:
		l.Args, l.Link = map[string]string{"method": "Visa •••• 4242", "on": "2026-11-21", "by": "Hélène *Marchand*"}, link
	case outbox.ChargeFailed:
		l.Args = map[string]string{"number": "FA-2026-0042", "amount_minor": "12000", "currency": "EUR", "due_date": "2026-12-15", "reason": locale.T(lang, "gateway.reason.declined", nil), "method": "Visa •••• 4242", "retry_on": "2026-12-16"}
		l.Link = link
	case outbox.ChargeAction:
		l.Args = map[string]string{"number": "FA-2026-0042", "amount_minor": "12000", "currency": "EUR", "due_date": "2026-12-15", "method": "Visa •••• 4242"}
		l.Link = link
	case outbox.MethodExpiring:
		l.Args, l.Link = map[string]string{"method": "Visa •••• 4242", "expires": "2026-12-31", "days": "30"}, link
	case outbox.RequestBegun, outbox.RequestSent:
		l.Args, l.Link = map[string]string{"request": "k3f9"}, "https://portail.example/inscription/r/k3f9"
	case outbox.RegistrationLink:
		l.To.Name, l.Args, l.Link = "", map[string]string{"group_id": "k3f9"}, "https://portail.example/inscription/k3f9"
	case outbox.Access:
		l.Args = outbox.AccessArgs("validated", "Bienvenue chez Bois & Fils", "Bonjour **Hélène**,\n\n- votre lien : {{link}}\n- le portail : {{portal.url}}", "portail@firm.example")
		l.Link, l.Portal = link, "https://portail.example"
	case outbox.PortalPassword:
		l.Args, l.Link = map[string]string{"minutes": "30"}, link
	case outbox.RequestArrived:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"company": "Crèmerie *Lenoir*", "person": "Zoé Lenoir", "group": "Professionnels", "tax_id": "552 100 554"}
	case outbox.RequestAsked, outbox.RequestRefused:
		l.Args = map[string]string{"text": "Bonjour,\n\nil manque *votre* [KBIS](https://mauvais.example).", "request": "r"}
		if kind == outbox.RequestAsked {
			l.Link = link
		}
	case outbox.UserLink:
		l.Args, l.Link = map[string]string{"what": "invited", "user_link": "k3f9", "expires": "7 jours", "address": "lea@atelier-lumen.fr", "code": "Zx81kQ"}, link
	case outbox.UserTold:
		l.Args = map[string]string{"what": "email_changed", "address": "lea@atelier-lumen.fr"}
	case outbox.PortalFactor:
		l.Args = map[string]string{"what": "on"}
	case outbox.ContractDue:
		l.To = outbox.Address{Name: "Marie Colin", Address: "marie@atelier-lumen.fr"}
		l.Args = map[string]string{"number": "CT-2026-0007", "title": "Entretien *annuel*", "customer": "Boulangerie Petit & Fils", "about_kind": "notice", "due_date": "2026-12-31"}
	case outbox.ContractRenews:
		l.Args, l.Link = map[string]string{"number": "CT-2026-0007", "title": "Entretien *annuel*", "refuse_by": "2026-12-31", "term_end": "2027-03-31", "months": "12"}, link
	case outbox.ContractShared:
		l.Args, l.Link = map[string]string{"number": "CT-2026-0007", "title": "Entretien *annuel*", "role": "requester"}, link
	case outbox.Announcement:
		l.Args = map[string]string{"title": "Fermeture de fin d’année", "message": "L’atelier ferme du **24** au 26 décembre."}
	case outbox.FileShared:
		l.Args = map[string]string{"count": "2", "files": "plan-du-salon.pdf, nuancier.png", "number": "FA-2026-0042"}
		l.Link = link
	case outbox.FileUploaded:
		l.To = outbox.Address{Name: "Atelier Lumen", Address: "facturation@atelier-lumen.fr"}
		l.Args = map[string]string{"count": "1", "files": "mur-nord.jpg", "customer": "Boulangerie Petit & Fils", "contact": "Hélène Marchand"}
	case outbox.LinkRenewed:
		l.Args, l.Link = map[string]string{"number": "FA-2026-0042"}, link
	default:
	}
	return l
}

// accessSample is one of the six mails of access in the words that the program comes with.
func accessSample(about, lang string) outbox.Letter {
	l := sample(outbox.Access, lang)
	args := map[string]any{"contact": "Hélène Marchand", "customer": "Boulangerie Petit", "firm": l.Firm.Name, "user_name": "helene.marchand", "expires": customers.ExpiresIn(lang, 30*time.Minute)}
	l.Args = outbox.AccessArgs(about, locale.T(lang, "mail.access."+about+".subject", args), locale.T(lang, "mail.access."+about+".body", args), "")
	if about == customers.MailUserName || about == customers.MailNewPrimary || about == customers.MailOldPrimary {
		l.Link = l.Portal
	}
	return l
}

// samples are all mails that are looked at: each kind, and what an invoice may look like besides.
func samples(t testing.TB) map[string]outbox.Letter {
	all := map[string]outbox.Letter{}
	for _, lang := range locale.Langs() {
		for _, k := range outbox.Kinds() {
			all[string(k)+"."+lang] = sample(k, lang)
		}
		for _, about := range customers.AccessKinds() {
			all["access_"+about+"."+lang] = accessSample(about, lang)
		}
		paid := sample(outbox.Invoice, lang)
		paid.Args["amount_minor"] = "0"
		all["invoice_paid."+lang] = paid
		charged := sample(outbox.Invoice, lang)
		charged.Args["charge_on"], charged.Args["charge_method"] = "2026-12-15", "Visa •••• 4242"
		all["invoice_charged."+lang] = charged
		last := sample(outbox.ChargeFailed, lang)
		delete(last.Args, "retry_on")
		all["charge_failed_last."+lang] = last
		bare := sample(outbox.Invoice, lang)
		bare.Link, bare.To.Name = "", ""
		all["invoice_without_portal."+lang] = bare
		own := sample(outbox.Invoice, lang)
		own.Args["message"] = "Chère Hélène,\n\nvoici la facture du chantier, **comme convenu** :\n\n- la pose\n- les deux lampes ([photo](https://exemple.fr/p))\n\nÀ bientôt\nLéa"
		own.Firm.Logo, own.Firm.Accent = outbox.Paper{Name: "logo.png", MediaType: "image/png", Content: logo(t)}, "#f2b705"
		own.Signature = "**Léa Dubois**\nAtelier Lumen"
		all["invoice_own_words."+lang] = own
		guest := sample(outbox.ContractTurn, lang) // somebody from outside is told who asks, and why the mail came
		guest.Args = map[string]string{"number": "CT-2026-0007", "title": "Entretien *annuel*", "what": "signature", "guest": "k7f3", "due_date": "2026-12-15", "text": "Merci de relire l’article 4."}
		guest.Link = "https://192.168.1.20:8443/c/k7f3q2mzt4wgx5yabcde6rhn2v"
		all["contract_turn_guest."+lang] = guest
	}
	return all
}

func TestMailsLookAsAgreed(t *testing.T) {
	c := NewComposer()
	for name, l := range samples(t) {
		m, err := c.Compose(l)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if locale.IsMissing(m.Subject + m.Text + m.HTML) {
			t.Errorf("%s: a text is missing", name)
		}
		golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		golden(t, name+".html", m.HTML)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "goldens", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test ./edge/mail -update writes it):\n%s", name, diff)
	}
}

func TestSameLetterSameBytes(t *testing.T) {
	for name, l := range samples(t) {
		a, err := NewComposer().Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		b, err := NewComposer().Compose(l)
		if err != nil || !bytes.Equal(a.EML, b.EML) {
			t.Errorf("%s: two messages differ (%v)", name, err)
		}
	}
}

func TestMessageIsReadBackWhole(t *testing.T) {
	for name, l := range samples(t) {
		m, err := NewComposer().Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(m.EML), "\r\n") {
			if len(line) > 998 || strings.Contains(line, "\n") {
				t.Errorf("%s: line %d: %d bytes", name, i, len(line))
			}
		}
		c, err := Read(m.EML)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Subject != m.Subject || c.Text != m.Text || c.HTML != m.HTML {
			t.Errorf("%s: %q\n%s", name, c.Subject, cmp.Diff(m.HTML, c.HTML))
		}
		if c.MessageID != l.MessageID || !strings.Contains(c.To, l.To.Address) || !strings.Contains(c.From, l.From.Address) {
			t.Errorf("%s: %+v", name, c.Heading)
		}
		if diff := cmp.Diff(l.Papers, c.Papers); diff != "" {
			t.Errorf("%s: papers %s", name, diff)
		}
		// What goes to many says where whoever wants no more of it answers so (RFC 2369).
		if many := strings.Contains(string(m.EML), "\r\nList-Unsubscribe: <mailto:"); many != (l.Kind == outbox.Announcement) {
			t.Errorf("%s: List-Unsubscribe %v", name, many)
		}
		automatic := strings.Contains(string(m.EML), "\r\nAuto-Submitted: auto-generated\r\n")
		if automatic != l.Kind.Automatic() {
			t.Errorf("%s: Auto-Submitted %v", name, automatic)
		}
		if !strings.Contains(string(m.EML), "\r\nReply-To: <bonjour@atelier-lumen.fr>\r\n") {
			t.Errorf("%s: no Reply-To\n%.900s", name, m.EML)
		}
	}
}

func TestLinkStandsAsTextToo(t *testing.T) {
	for name, l := range samples(t) {
		m, err := NewComposer().Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(m.HTML, `<a href="`+l.Link+`" style="display:inline-block`); l.Link != "" && n != 1 || l.Link == "" && strings.Contains(m.HTML, `class="button"`) {
			t.Errorf("%s: %d buttons", name, n)
		}
		if l.Link != "" && (!strings.Contains(m.HTML, ">"+l.Link+"<") || !strings.Contains(m.Text, "\n"+l.Link+"\n")) {
			t.Errorf("%s: the link is not there as text", name)
		}
	}
}

func TestLinksOfOtherKindsAreRefused(t *testing.T) {
	for _, link := range []string{"javascript:alert(1)", "data:text/html,x", "//host/x", "https://", "https://a/\"onclick=x", "https://user:pw@host/", "https://a/ b", "https://a/\r\nBcc: x"} {
		l := sample(outbox.PortalPassword, "fr")
		l.Link = link
		if _, err := NewComposer().Compose(l); err == nil {
			t.Errorf("%q went into a mail", link)
		}
	}
}

func TestDataIsPlainWords(t *testing.T) {
	l := sample(outbox.TransferAnnounced, "fr")
	l.Args["customer"] = `**X** [click](https://evil.example) <img src=x onerror=alert(1)> https://evil.example &amp; {number}`
	m, err := NewComposer().Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.HTML, `href="https://evil`) || strings.Contains(m.HTML, "<img") {
		t.Errorf("a name became markup:\n%s", m.HTML)
	}
	if !strings.Contains(m.Text, l.Args["customer"]) {
		t.Errorf("the name is not itself in the text:\n%s", m.Text)
	}
}

func TestOwnWordsAreSanitised(t *testing.T) {
	l := sample(outbox.Invoice, "fr")
	l.Args["message"] = "<script>alert(1)</script>\n\n![x](https://evil.example/pixel.png) [a](javascript:alert(1)) [b](https://ok.example)\n\n<b onclick=x>c</b>"
	m, err := NewComposer().Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "javascript:", "onclick", "pixel.png"} {
		if strings.Contains(m.HTML, bad) {
			t.Errorf("%s in the page", bad)
		}
	}
	if !strings.Contains(m.HTML, `href="https://ok.example"`) {
		t.Error("a plain link is gone")
	}
}

func TestAddressesOfTheWorld(t *testing.T) {
	l := sample(outbox.Test, "fr")
	l.To = outbox.Address{Name: "Zoë, \"la\" <Reine>", Address: "zoë@büro.example"}
	m, err := NewComposer().Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(m.EML), "zoë@xn--bro-hoa.example>") {
		t.Errorf("%.700s", m.EML)
	}
	c, err := Read(m.EML)
	if err != nil || c.To != `Zoë, "la" <Reine> <zoë@xn--bro-hoa.example>` {
		t.Errorf("%q %v", c.To, err)
	}
}

// Whatever stands in the data, a header stays one header (ASVS 1.3.11).
func FuzzHeaders(f *testing.F) {
	f.Add("Ann", "a@b.fr", "FA-1", "Firm", "x.pdf")
	f.Add("A\r\nBcc: x@y.z", "a@b.fr\r\nBcc: x@y.z", "1\nX: y", "F\r\n\r\n<h1>", "a\r\nb\"; filename=\"c.exe")
	f.Add("\u202eevil", "é@é.fr", strings.Repeat("é ", 300), "=?utf-8?q?x?=", "../../etc/passwd")
	f.Add("=?utf-8?q?=0D=0ABcc:_x?=", "\"a b\"@c.fr", "\x00\x01", "😀👩‍👩‍👧", "NUL\x00.pdf")
	c := NewComposer()
	f.Fuzz(func(t *testing.T, name, addr, number, firm, file string) {
		l := sample(outbox.Invoice, "fr")
		l.To, l.Args["number"], l.Firm.Name, l.From.Name, l.Papers[0].Name = outbox.Address{Name: name, Address: addr}, number, firm, firm, file
		m, err := c.Compose(l)
		if err != nil {
			if addr == "a@b.fr" {
				t.Fatal(err)
			}
			return
		}
		head, _, _ := strings.Cut(string(m.EML), "\r\n\r\n")
		seen := map[string]int{}
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.ContainsAny(line, "\r\n\x00") || len(line) > 998 {
				t.Fatalf("line %q", line)
			}
			if line[0] != ' ' && line[0] != '\t' {
				key, _, _ := strings.Cut(line, ":")
				seen[key]++
			}
		}
		for key, n := range seen {
			if n != 1 || !strings.Contains(" From To Reply-To Date Message-Id Subject Content-Language Mime-Version Content-Type ", " "+key+" ") {
				t.Fatalf("header %s stands %d times:\n%s", key, n, head)
			}
		}
		back, err := Read(m.EML)
		if err != nil || back.Subject != m.Subject || len(back.Papers) != 1 {
			t.Fatalf("%v %q %q", err, back.Subject, m.Subject)
		}
		if strings.ContainsAny(back.Papers[0].Name, "/\\\r\n\"") {
			t.Fatalf("file name %q", back.Papers[0].Name)
		}
	})
}

func TestAccentsAreReadable(t *testing.T) {
	for _, accent := range []string{"#0f5c5a", "#ffffff", "#000000", "#f2b705", "#ff0000", "#777777", "#8a8a8a", "#00ff00", "#1a1e1c", "nonsense", ""} {
		a := accentsOf(accent)
		for what, pair := range map[string][2]string{
			"button": {a.Button, a.ButtonInk}, "dark button": {a.ButtonDark, a.ButtonInk}, "link": {a.Text, sheetLight}, "dark link": {a.TextDark, sheetDark},
		} {
			if r := contrast(pair[0], pair[1]); r < readable {
				t.Errorf("%s: %s %v has contrast %.2f", accent, what, pair, r)
			}
		}
	}
}

func TestMarkdownAsText(t *testing.T) {
	for md, want := range map[string]string{
		"a **b** *c*\n\nd":           "a b c\n\nd",
		"a\nb":                       "a\nb",
		"[x](https://a.fr) <b>y</b>": "x (https://a.fr) y",
		"<https://a.fr>":             "https://a.fr",
		"- a\n- b\n\nc":              "- a\n- b\n\nc",
		"3. a\n4. b":                 "3. a\n4. b",
		"> a\n> b":                   "> a\n> b",
		`a \* b &amp; c \&amp;`:      "a * b & c &amp;",
		"`a \\* b`":                  `a \* b`,
		"# a":                        "a",
		"":                           "",
	} {
		if got := toText(md); got != want {
			t.Errorf("%q: %q, want %q", md, got, want)
		}
	}
}
