// Package company keeps the firm itself: its identity, its settings, the people in it.
//
// What lives here: making a company, its identity as documents print it, number patterns,
// portal settings, preferences of its users. What must not: anything of one customer or
// one document. Other office rooms read the firm through Get; called by the window, the
// portal (identity only) and the command line.
package company

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/files"
	"comptoir/rules/billing"
)

// The VAT schemes of a firm.
const (
	RealPayments = "real_payments" // VAT on services waits for payment (French default)
	RealDebits   = "real_debits"   // option for the débits: VAT at issue
	Franchise    = "franchise"     // art. 293 B CGI: no VAT
	Quebec       = "quebec"        // TPS and TVQ
	NoTax        = "none"
)

// Firm is the identity and the defaults of the company. Money in minor units of Currency,
// rates in pcm.
type Firm struct {
	PublicID         string `json:"publicId"`
	AccountNumber    string `json:"accountNumber"` // CAN: given when the company is made, never changes
	SPID             string `json:"spid"`          // the third-party provider's code; "" = none
	Name             string `json:"name"`
	LegalForm        string `json:"legalForm"`
	ShareCapital     *int64 `json:"shareCapital"` // minor units, nil = none to print
	SIREN            string `json:"siren"`
	SIRET            string `json:"siret"`
	VATNumber        string `json:"vatNumber"`
	Registry         string `json:"registry"`
	APE              string `json:"ape"`
	NEQ              string `json:"neq"`
	GSTNumber        string `json:"gstNumber"`
	QSTNumber        string `json:"qstNumber"`
	Line1            string `json:"line1"`
	Line2            string `json:"line2"`
	Postcode         string `json:"postcode"`
	City             string `json:"city"`
	Region           string `json:"region"`
	Country          string `json:"country"`
	Email            string `json:"email"`
	Phone            string `json:"phone"`
	Website          string `json:"website"`
	SupportEmail     string `json:"supportEmail"`
	SupportPhone     string `json:"supportPhone"`
	SupportHoursFR   string `json:"supportHoursFr"`
	SupportHoursEN   string `json:"supportHoursEn"`
	IBAN             string `json:"iban"`
	BIC              string `json:"bic"`
	BankName         string `json:"bankName"`
	VATScheme        string `json:"vatScheme"`
	Language         string `json:"language"`
	Currency         string `json:"currency"`
	TimeZone         string `json:"timeZone"`
	Accent           string `json:"accent"`
	HasLogo          bool   `json:"hasLogo"`
	LogoSHA256       string `json:"logoSha256"`
	PaperSize        string `json:"paperSize"`
	AddressRight     bool   `json:"addressRight"`
	TermsDays        int64  `json:"termsDays"`
	TermsEndOfMonth  bool   `json:"termsEndOfMonth"`
	LateRatePCM      *int64 `json:"lateRatePcm"` // nil = the legal default of the day
	EarlyDiscount    string `json:"earlyDiscount"`
	Insurance        string `json:"insurance"`
	Mediator         string `json:"mediator"`
	InvoiceTerms     string `json:"invoiceTerms"`
	QuoteDays        int64  `json:"quoteDays"` // how long a quote may be approved
	QuoteTerms       string `json:"quoteTerms"`
	Chart            string `json:"chart"`
	IsDemo           bool   `json:"isDemo"`
	Version          int64  `json:"version"`
	FiscalYearStarts int64  `json:"fiscalYearStarts"` // month, 1 to 12

	// Of Firm and Save alone: how the account with the provider is reckoned from this month on
	// (direct, indirect), and what the firm's country wants on papers and is not there.
	BillingMode string   `json:"billingMode"`
	Missing     []string `json:"missing"`
}

// zones keeps the zones already read: the machine's database of them lies on the disk.
var zones sync.Map // name → *time.Location

// Location is the firm's time zone; UTC when the zone's name is unknown to this machine.
func (f Firm) Location() *time.Location {
	if known, ok := zones.Load(f.TimeZone); ok {
		if loc, ok := known.(*time.Location); ok {
			return loc
		}
	}
	loc, err := time.LoadLocation(f.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	zones.Store(f.TimeZone, loc)
	return loc
}

// Today gives the firm's day inside the caller's transaction, for whoever needs nothing
// else of the firm.
func Today(ctx context.Context, q *gen.Queries, now time.Time) (civil.Date, error) {
	zone, err := q.FirmZone(ctx)
	if err != nil {
		return civil.Date{}, db.NotFound(err)
	}
	return Firm{TimeZone: zone}.Today(now), nil
}

// Today is the firm's day at now.
func (f Firm) Today(now time.Time) civil.Date { return civil.Of(now, f.Location()) }

// Terms are the firm's payment terms.
func (f Firm) Terms() billing.Terms {
	return billing.Terms{Days: int(f.TermsDays), EndOfMonth: f.TermsEndOfMonth}
}

// Money is the firm's currency.
func (f Firm) Money() money.Currency { return money.Currency(f.Currency) }

// Installer puts the chart of accounts in place; office/books behind it.
type Installer func(ctx context.Context, tx *db.Tx, chart string) error

// Files stores what is uploaded (the logo); office/files behind it.
type Files interface {
	Put(content []byte, mediaType string) (files.Ref, error)
	Load(sha256 string) ([]byte, error)
}

// Service is the room's door.
type Service struct {
	db      *db.DB
	ids     id.Source
	install Installer
	files   Files
}

// New makes the room; it touches nothing.
func New(d *db.DB, ids id.Source, install Installer, files Files) *Service {
	return &Service{db: d, ids: ids, install: install, files: files}
}

// Get reads the firm inside the caller's transaction; fault.no_company before it is made.
func Get(ctx context.Context, q *gen.Queries) (Firm, error) {
	c, err := q.GetCompany(ctx)
	if err != nil {
		if fault.Is(db.NotFound(err), fault.NotFound) {
			return Firm{}, fault.New(fault.NotFound, "fault.no_company")
		}
		return Firm{}, err
	}
	return fromRow(c), nil
}

// Firm gives the identity to the firm's own people.
func (s *Service) Firm(ctx context.Context, who actor.Actor) (f Firm, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Firm{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		f, err = s.whole(ctx, q)
		return err
	})
	return f, err
}

// Exists tells whether the company was made.
func (s *Service) Exists(ctx context.Context) (made bool, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		n, err := q.CountCompanies(ctx)
		made = n > 0
		return err
	})
	return made, err
}

// Save changes the identity and the defaults; f.Version is the one that was read.
func (s *Service) Save(ctx context.Context, who actor.Actor, f Firm) (Firm, error) {
	return s.save(ctx, who, f, func(*Firm, Firm) {})
}

// SaveGeneral is Save for the section Informations générales, whole or not at all: what other
// sections keep (Soutien technique) stays as it is.
func (s *Service) SaveGeneral(ctx context.Context, who actor.Actor, f Firm) (Firm, error) {
	return s.save(ctx, who, f, func(f *Firm, before Firm) {
		f.SupportEmail, f.SupportPhone = before.SupportEmail, before.SupportPhone
		f.SupportHoursFR, f.SupportHoursEN = before.SupportHoursFR, before.SupportHoursEN
	})
}

func (s *Service) save(ctx context.Context, who actor.Actor, f Firm, keep func(f *Firm, before Firm)) (saved Firm, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Firm{}, err
	}
	f, err = check(f)
	if err != nil {
		return Firm{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := s.whole(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if err := keepsCurrency(ctx, tx, before, f); err != nil {
			return err
		}
		keep(&f, before)
		p := toUpdate(f)
		p.UpdatedAt = tx.Stamp()
		n, err := tx.UpdateCompany(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		if err := tx.SetSPID(ctx, f.SPID); err != nil {
			return err
		}
		if err := s.setMode(ctx, tx, who, before, f); err != nil {
			return err
		}
		if saved, err = s.whole(ctx, tx.Queries); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "company.changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"fields": audit.Changed(before, saved)}})
	})
	return saved, err
}

// keepsCurrency refuses another currency once something is in the books: what was posted
// cannot be told in another money.
func keepsCurrency(ctx context.Context, tx *db.Tx, before, f Firm) error {
	if before.Currency == f.Currency {
		return nil
	}
	if _, err := tx.LastEntry(ctx); errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	var form fault.Form
	form.Add("currency", "fault.currency_fixed", "currency", before.Currency)
	return form.Err()
}

// maxLogo is enough for any logo that a document can show.
const maxLogo = 1 << 20

// SetLogo replaces the logo by a PNG or JPEG image of at most 1 MiB.
func (s *Service) SetLogo(ctx context.Context, who actor.Actor, image []byte) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	mediaType := imageType(image)
	if len(image) > maxLogo || mediaType == "" {
		return &fault.Error{Code: fault.Invalid, Key: "fault.form", Args: fault.Args{"count": 1}, Fields: []fault.Field{{Path: "logo", Key: "fault.logo"}}}
	}
	ref, err := s.files.Put(image, mediaType)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := files.Record(ctx, tx, ref); err != nil {
			return err
		}
		if err := tx.SetLogo(ctx, gen.SetLogoParams{LogoSha256: &ref.SHA256, UpdatedAt: tx.Stamp()}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "company.logo_changed", ObjectKind: "company", ObjectID: 1})
	})
}

func imageType(b []byte) string {
	switch {
	case strings.HasPrefix(string(b), "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case strings.HasPrefix(string(b), "\xff\xd8\xff"):
		return "image/jpeg"
	}
	return ""
}

// Logo gives the logo for documents and portal; nil when there is none.
func (s *Service) Logo(ctx context.Context) (mediaType string, image []byte, err error) {
	var sha string
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		f, err := Get(ctx, q)
		sha = f.LogoSHA256
		return err
	})
	if err != nil || sha == "" {
		return "", nil, err
	}
	image, err = s.files.Load(sha)
	return imageType(image), image, err
}
