package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
)

// ErrNotReady is what a source gives for a paper that is being made.
var ErrNotReady = errors.New("outbox: not ready")

// house is what every letter has in common, and how it leaves.
type house struct {
	company  gen.Company
	settings gen.MailSetting
	sealed   []byte // the server's password as stored
}

const passwordName = "mail.password"

func (c Config) house(ctx context.Context) (h house, err error) {
	err = c.DB.Read(ctx, func(q *gen.Queries) error {
		h, err = readHouse(ctx, q)
		return err
	})
	return h, err
}

func readHouse(ctx context.Context, q *gen.Queries) (h house, err error) {
	if h.company, err = q.GetCompany(ctx); err != nil {
		return h, db.NotFound(err)
	}
	if h.settings, err = q.GetMailSettings(ctx); err != nil {
		return h, db.NotFound(err)
	}
	if h.sealed, err = q.GetSecret(ctx, passwordName); err != nil && !fault.Is(db.NotFound(err), fault.NotFound) {
		return h, err
	}
	return h, nil
}

// server is where mail goes now; ok is false while there is nowhere. The demo company
// knows the practice server only: its customers' addresses could be somebody's.
func (c Config) server(h house) (s Server, ok bool, err error) {
	if h.company.IsDemo == 1 {
		if c.Practice == nil {
			return Server{}, false, nil
		}
		return c.Practice.Server(), true, nil
	}
	m := h.settings
	if m.Host == "" {
		return Server{}, false, nil
	}
	s = Server{Host: m.Host, Port: int(m.Port), Security: m.Security, PlainAgreed: m.PlainAgreed == 1, Auth: m.Auth, UserName: m.UserName}
	if s.Auth != "none" && len(h.sealed) > 0 {
		if c.Vault == nil {
			return s, true, errors.New("outbox: no vault")
		}
		if s.Password, err = c.Vault.Reveal(passwordName, h.sealed); err != nil {
			return s, true, &Answer{Text: "mail.answer.password_lost", Line: true, Err: err}
		}
	}
	return s, true, nil
}

func (h house) from() Address {
	from := Address{Name: h.settings.FromName, Address: h.settings.FromAddress}
	if from.Address == "" {
		from.Address = h.company.Email
	}
	if from.Name == "" {
		from.Name = h.company.Name
	}
	return from
}

// base is a letter before anything of one mail is in it.
func (c Config) base(ctx context.Context, h house, kind Kind, lang string) (Letter, error) {
	co := h.company
	l := Letter{Kind: kind, Lang: lang, From: h.from(), Signature: h.settings.Signature, Args: map[string]string{}}
	l.Firm = Firm{Name: co.Name, Accent: co.Accent, SupportEmail: co.SupportEmail, SupportPhone: co.SupportPhone, SupportHours: locale.Either(lang, co.SupportHoursFr, co.SupportHoursEn), Website: co.Website}
	if co.SupportEmail == "" && co.SupportPhone == "" {
		l.Firm.SupportEmail, l.Firm.SupportPhone = co.Email, co.Phone
	}
	for _, line := range []string{co.Line1, co.Line2, strings.TrimSpace(co.Postcode + " " + co.City)} {
		if line != "" {
			l.Firm.Lines = append(l.Firm.Lines, line)
		}
	}
	l.ReplyTo = h.settings.ReplyTo
	if l.ReplyTo == "" && co.SupportEmail != "" && !strings.EqualFold(co.SupportEmail, l.From.Address) {
		l.ReplyTo = co.SupportEmail
	}
	if co.LogoSha256 != nil && c.Sources.File != nil {
		content, err := c.Sources.File(ctx, *co.LogoSha256)
		if err != nil {
			return l, fmt.Errorf("outbox: logo: %w", err)
		}
		l.Firm.Logo = Paper{Name: "logo", MediaType: imageType(content), Content: content}
	}
	return l, nil
}

func imageType(b []byte) string {
	if strings.HasPrefix(string(b), "\x89PNG\r\n\x1a\n") {
		return "image/png"
	}
	return "image/jpeg"
}

// letter gathers everything that the mail m is made of.
func (c Config) letter(ctx context.Context, h house, m gen.Mail) (Letter, error) {
	l, err := c.base(ctx, h, Kind(m.Kind), m.Language)
	if err != nil {
		return l, err
	}
	l.MessageID, l.To = m.MessageID, Address{Name: m.ToName, Address: m.ToAddress}
	if err := json.Unmarshal([]byte(m.Args), &l.Args); err != nil {
		return l, fmt.Errorf("outbox: args: %w", err)
	}
	if l.Date, err = instant(m.CreatedAt, h.company.TimeZone); err != nil {
		return l, err
	}
	sentFrom(&l)
	if l.Kind == TransferAnnounced && l.Args["contact_email"] != "" {
		l.ReplyTo = l.Args["contact_email"]
	}
	if c.Sources.Portal != nil {
		l.Portal = c.Sources.Portal()
	}
	if m.LinkID != nil && c.Sources.Link != nil {
		if l.Link, err = c.Sources.Link(ctx, *m.LinkID); err != nil {
			return l, fmt.Errorf("outbox: link: %w", err)
		}
	}
	if l.Kind == Access && m.LinkID == nil {
		l.Link = l.Portal
	}
	if l.Kind == Invoice && m.DocumentID != nil && c.Sources.Charged != nil {
		on, method, err := c.Sources.Charged(ctx, *m.DocumentID, l.Lang)
		if err != nil {
			return l, fmt.Errorf("outbox: charge: %w", err)
		}
		if on != "" {
			l.Args["charge_on"], l.Args["charge_method"] = on, method
		}
	}
	if err := c.enclose(ctx, &l, m); err != nil {
		return l, err
	}
	c.derive(&l)
	return l, nil
}

// enclose puts in the papers and files that go with the mail m.
func (c Config) enclose(ctx context.Context, l *Letter, m gen.Mail) error {
	if takesPaper[l.Kind] && m.DocumentID != nil && c.Sources.DocumentPDF != nil {
		p, err := c.Sources.DocumentPDF(ctx, *m.DocumentID)
		switch {
		case err == nil:
			l.Papers = append(l.Papers, p)
		case !fault.Is(err, fault.NotFound): // what was taken over from another program has no paper here
			return fmt.Errorf("outbox: paper: %w", err)
		}
	}
	if l.Kind == Reminder {
		if err := c.reminded(ctx, l); err != nil {
			return err
		}
	}
	if l.Kind == PaymentReceived && m.PaymentID != nil && c.Sources.ReceiptPDF != nil {
		p, err := c.Sources.ReceiptPDF(ctx, *m.PaymentID)
		if err != nil {
			return fmt.Errorf("outbox: receipt: %w", err)
		}
		l.Papers = append(l.Papers, p)
	}
	if l.Kind == PaymentRefunded && c.Sources.RefundPDF != nil {
		id, err := strconv.ParseInt(l.Args["refund"], 10, 64)
		if err != nil {
			return fmt.Errorf("outbox: refund: %w", err)
		}
		p, err := c.Sources.RefundPDF(ctx, id)
		if err != nil {
			return fmt.Errorf("outbox: refund: %w", err)
		}
		l.Papers = append(l.Papers, p)
	}
	if l.Kind == Statement && c.Sources.StatementPDF != nil {
		p, err := c.Sources.StatementPDF(ctx, l.Args["run"])
		if err != nil {
			return fmt.Errorf("outbox: statement: %w", err)
		}
		l.Papers = append(l.Papers, p)
	}
	if takesFiles[l.Kind] && m.DocumentID != nil && c.Sources.DocumentFiles != nil {
		more, err := c.Sources.DocumentFiles(ctx, *m.DocumentID)
		if err != nil {
			return fmt.Errorf("outbox: files: %w", err)
		}
		l.Papers = append(l.Papers, more...)
	}
	return nil
}

// derive puts in what no row holds: a code that opens a door for some minutes.
func (c Config) derive(l *Letter) {
	if l.Kind == SignupCode && c.Sources.SignupCode != nil {
		l.Args["code"] = c.Sources.SignupCode(l.Args["registration"], l.Args["round"])
	}
	if of := l.Args["request"]; of != "" && l.Portal != "" && c.Sources.RequestToken != nil {
		l.Link = l.Portal + "/inscription/r/" + c.Sources.RequestToken(of)
	}
	if l.Kind == RegistrationLink && l.Portal != "" {
		l.Link = l.Portal + "/inscription/" + l.Args["group_id"]
	}
	if of := l.Args["conversation"]; of != "" && l.Portal != "" {
		l.Link = l.Portal + "/chat/" + of
	}
	if l.Kind == ContractCode && c.Sources.ContractCode != nil {
		l.Args["code"] = c.Sources.ContractCode(l.Args["code_of"], l.Args["round"])
	}
	if guest := l.Args["guest"]; guest != "" && l.Portal != "" && c.Sources.GuestToken != nil {
		l.Link = l.Portal + "/c/" + c.Sources.GuestToken(guest)
	}
	if of := l.Args["user_link"]; of != "" && c.Sources.UserLink != nil {
		l.Args["code"], l.Link = c.Sources.UserLink(of, l.Args["what"])
	}
	if l.Kind == EmailCode && c.Sources.EmailCode != nil {
		l.Args["code"] = c.Sources.EmailCode(l.Args["change"], l.Args["round"])
	}
}

// takesPaper are the mails with which the paper of their document goes: who has no access to
// the portal has nothing else. takesFiles are those with which its other files go, too.
var (
	takesPaper = map[Kind]bool{Invoice: true, Quote: true, CreditNote: true, QuoteConfirmed: true, ChargeFailed: true, ChargeAction: true}
	takesFiles = map[Kind]bool{Invoice: true, Quote: true, CreditNote: true}
)

// remindedPapers is how many invoices go with one reminder; the others open by its link.
const remindedPapers = 10

// reminded puts the papers of the invoices into a reminder.
func (c Config) reminded(ctx context.Context, l *Letter) error {
	if c.Sources.DocumentPDF == nil {
		return nil
	}
	ids, err := RemindedOf(l.Args)
	if err != nil {
		return err
	}
	for _, id := range ids[:min(len(ids), remindedPapers)] {
		p, err := c.Sources.DocumentPDF(ctx, id)
		switch {
		case err == nil:
			l.Papers = append(l.Papers, p)
		case !fault.Is(err, fault.NotFound): // what was taken over from another program has no paper here
			return fmt.Errorf("outbox: paper: %w", err)
		}
	}
	return nil
}

// RemindedOf gives the documents of a reminder; a text that is tried without an invoice ("-")
// has none.
func RemindedOf(args map[string]string) (ids []int64, err error) {
	if args["documents"] == "-" {
		return nil, nil
	}
	for part := range strings.SplitSeq(args["documents"], ",") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("outbox: reminder: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// instant reads a stored instant into the firm's own time, where it is known.
func instant(stored, zone string) (time.Time, error) {
	t, err := time.Parse(db.TimeFormat, stored)
	if err != nil {
		return t, fmt.Errorf("outbox: instant: %w", err)
	}
	if loc, err := time.LoadLocation(zone); err == nil {
		t = t.In(loc)
	}
	return t, nil
}

// shown makes the message of m as the window shows it to who.
func (c Config) shown(ctx context.Context, who actor.Actor, h house, m gen.Mail) (Message, Letter, error) {
	return c.composed(ctx, h, m, func(kind string, l *Letter) {
		masked(kind, l)
		if who.Need(actor.Invite) != nil {
			shut(l)
		}
	})
}

// shut leaves no door open in a mail that is shown to whoever lets nobody into the portal: with the link
// of somebody's mail they would be that person there, and choose its password, approve, pay or sign.
func shut(l *Letter) {
	if l.Link != "" {
		l.Link = l.Portal
	}
	if l.Args["code"] != "" {
		l.Args["code"] = "••••••"
	}
}

// compose makes the message of m as it leaves.
func (c Config) compose(ctx context.Context, h house, m gen.Mail) (Message, Letter, error) {
	return c.composed(ctx, h, m, func(string, *Letter) {})
}

// composed makes the message of m; a defect in it is this mail's trouble, not the worker's.
func (c Config) composed(ctx context.Context, h house, m gen.Mail, mask func(kind string, l *Letter)) (msg Message, l Letter, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("outbox: compose: panic: %v", p)
		}
	}()
	if l, err = c.letter(ctx, h, m); err != nil {
		return msg, l, err
	}
	mask(m.Kind, &l)
	msg, err = c.Composer.Compose(l)
	return msg, l, err
}
