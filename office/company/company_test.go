package company_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/rules/ledger"
	"comptoir/rules/tax"
)

var (
	ctx     = context.Background()
	staff   = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}
	contact = actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustPassword}
	day     = civil.MustParse
)

type world struct {
	*company.Service
	t    *testing.T
	path string
	db   *db.DB
}

func newWorld(t *testing.T, install company.Installer) *world {
	t.Helper()
	w := &world{t: t, path: dbtest.File(t)}
	w.db = dbtest.Open(t, w.path, db.Options{Clock: func() time.Time { return dbtest.Instant }})
	w.Service = company.New(w.db, id.Seeded(1), install, files.New(t.TempDir(), true))
	return w
}

// made is the world with a French firm in it.
func made(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, books.Install)
	w.must(w.Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "a@example.org"}))
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(table string) int64 {
	w.t.Helper()
	return dbtest.Int(w.t, dbtest.Raw(w.t, w.path), "SELECT count(*) FROM "+table)
}

func (w *world) firm() company.Firm {
	w.t.Helper()
	f, err := w.Firm(ctx, staff)
	w.must(err)
	return f
}

func key(err error) string {
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	return ""
}

// fieldKey gives what is said beside a field, "" when nothing is.
func fieldKey(err error, path string) string {
	if e, ok := fault.As(err); ok {
		for _, f := range e.Fields {
			if f.Path == path {
				return f.Key
			}
		}
	}
	return ""
}

func TestCreateByCountry(t *testing.T) {
	for country, want := range map[string]struct {
		currency, zone, chart, scheme, paper string
	}{
		"FR": {"EUR", "Europe/Paris", "fr_pcg", company.RealPayments, "A4"}, "CA": {"CAD", "America/Toronto", "ca_qc", company.Quebec, "Letter"},
		"DE": {"EUR", "Europe/Paris", "generic", company.NoTax, "A4"}, "CH": {"CHF", "Europe/Zurich", "generic", company.NoTax, "A4"}, "US": {"USD", "America/New_York", "generic", company.NoTax, "Letter"},
	} {
		w := newWorld(t, books.Install)
		if exists, err := w.Exists(ctx); exists || err != nil {
			t.Errorf("%s: exists before: %v %v", country, exists, err)
		}
		w.must(w.Create(ctx, staff, company.Create{Name: " Atelier Bois ", Country: strings.ToLower(country), Language: "en", Email: " A@Example.org "}))
		f := w.firm()
		if f.Currency != want.currency || f.TimeZone != want.zone || f.Chart != want.chart || f.VATScheme != want.scheme || f.PaperSize != want.paper || f.Country != country {
			t.Errorf("%s: %+v", country, f)
		}
		if f.Name != "Atelier Bois" || f.Language != "en" || len(f.PublicID) != 26 || f.TermsDays != 30 || f.IsDemo || f.FiscalYearStarts != 1 {
			t.Errorf("%s: %+v", country, f)
		}
		if n := w.count("taxes"); n != int64(len(tax.Rates())) {
			t.Errorf("%s: %d taxes", country, n)
		}
		if w.count("accounts") < 20 || w.count("journals") < 4 || w.count("series_patterns") != 8 || w.count("users") != 1 || w.count("audit_log") != 1 || w.count("series") != 0 {
			t.Errorf("%s: rows are missing", country)
		}
		if limited := w.count("pay_ways WHERE way = 'cash' AND most_minor = 100000") == 1; limited != (country == "FR") { // CMF D112-3; no other law is known
			t.Errorf("%s: cash is limited: %v", country, limited)
		}
		if _, err := w.Save(ctx, staff, f); err != nil { // what is made passes the form's own checks
			t.Errorf("%s: the new firm is refused: %v", country, err)
		}
	}
}

func TestCreateIsAllOrNothing(t *testing.T) {
	broken := errors.New("disk full")
	w := newWorld(t, func(ctx context.Context, tx *db.Tx, chart string) error {
		if err := books.Install(ctx, tx, chart); err != nil {
			return err
		}
		return broken
	})
	in := company.Create{Name: "Atelier", Country: "FR", Language: "fr", Email: "a@example.org"}
	if err := w.Create(ctx, staff, in); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	for _, table := range []string{"company", "users", "mail_settings", "portal_settings", "series_patterns", "taxes", "accounts", "journals", "audit_log"} {
		if n := w.count(table); n != 0 {
			t.Errorf("%s: %d rows are left", table, n)
		}
	}
	if _, err := w.Firm(ctx, staff); key(err) != "fault.no_company" {
		t.Errorf("%v", err)
	}
	second := made(t)
	if err := second.Create(ctx, staff, in); key(err) != "fault.company_exists" || second.count("company") != 1 || second.count("users") != 1 {
		t.Errorf("a second company: %v", err)
	}
	if err := second.Create(ctx, contact, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
}

func TestCreateAsksForFourAnswers(t *testing.T) {
	err := company.CheckCreate(company.Create{Name: "  ", Country: "XX", Language: "de", Email: "a@"})
	for path, want := range map[string]string{"name": "fault.required", "country": "fault.ident.country", "language": "fault.choice", "email": "fault.ident.email"} {
		if got := fieldKey(err, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	err = company.CheckCreate(company.Create{Name: strings.Repeat("é", 101), Language: "fr"})
	for path, want := range map[string]string{"name": "fault.too_long", "country": "fault.required", "email": "fault.required"} {
		if got := fieldKey(err, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if err := company.CheckCreate(company.Create{Name: "🪵 עץ", Country: "FR", Language: "fr", Email: "é@exemple.fr"}); err != nil {
		t.Error(err)
	}
}

func TestIdentityIsChecked(t *testing.T) {
	w := made(t)
	for name, c := range map[string]struct {
		change    func(*company.Firm)
		path, key string
	}{
		"no name":         {func(f *company.Firm) { f.Name = " " }, "name", "fault.required"},
		"long name":       {func(f *company.Firm) { f.Name = strings.Repeat("x", 101) }, "name", "fault.too_long"},
		"siren":           {func(f *company.Firm) { f.SIREN = "732829321" }, "siren", "fault.ident.siren_check"},
		"siret":           {func(f *company.Firm) { f.SIRET = "7328293200074" }, "siret", "fault.ident.siret_shape"},
		"siret of other":  {func(f *company.Firm) { f.SIREN, f.SIRET = "732829320", "10000000900017" }, "siret", "fault.siret_of_other"},
		"vat of other":    {func(f *company.Firm) { f.SIREN, f.VATNumber = "732829320", "FR88100000009" }, "vatNumber", "fault.vat_of_other"},
		"vat and siret":   {func(f *company.Firm) { f.SIRET, f.VATNumber = "73282932000074", "FR88100000009" }, "vatNumber", "fault.vat_of_other"},
		"iban":            {func(f *company.Firm) { f.IBAN = "FR7630006000011234567890188" }, "iban", "fault.ident.iban_check"},
		"postcode":        {func(f *company.Firm) { f.Postcode = "6900" }, "postcode", "fault.ident.postal_code"},
		"country":         {func(f *company.Firm) { f.Country = "" }, "country", "fault.required"},
		"currency":        {func(f *company.Firm) { f.Currency = "FRF" }, "currency", "fault.choice"},
		"zone":            {func(f *company.Firm) { f.TimeZone = "Europe/Lyon" }, "timeZone", "fault.time_zone"},
		"machine's zone":  {func(f *company.Firm) { f.TimeZone = "Local" }, "timeZone", "fault.time_zone"},
		"scheme":          {func(f *company.Firm) { f.VATScheme = "x" }, "vatScheme", "fault.choice"},
		"paper":           {func(f *company.Firm) { f.PaperSize = "A5" }, "paperSize", "fault.choice"},
		"colour":          {func(f *company.Firm) { f.Accent = "green" }, "accent", "fault.colour"},
		"colour with css": {func(f *company.Firm) { f.Accent = "#0F5C5C;}" }, "accent", "fault.colour"},
		"pale colour":     {func(f *company.Firm) { f.Accent = "#777777" }, "accent", "fault.colour_contrast"},
		"terms":           {func(f *company.Firm) { f.TermsDays = 366 }, "termsDays", "fault.range"},
		"capital":         {func(f *company.Firm) { n := int64(-1); f.ShareCapital = &n }, "shareCapital", "fault.negative"},
		"vast capital":    {func(f *company.Firm) { n := money.Max + 1; f.ShareCapital = &n }, "shareCapital", "fault.number_too_big"},
		"activity":        {func(f *company.Firm) { f.APE = "zz" }, "ape", "fault.ident.ape_shape"},
		"script as site":  {func(f *company.Firm) { f.Website = "javascript:alert(1)" }, "website", "fault.ident.web"},
		"files as site":   {func(f *company.Firm) { f.Website = "file:///etc/passwd" }, "website", "fault.ident.web"},
		"late rate":       {func(f *company.Firm) { n := int64(100_001); f.LateRatePCM = &n }, "lateRatePcm", "fault.range"},
		"5 MB":            {func(f *company.Firm) { f.InvoiceTerms = strings.Repeat("x", 5<<20) }, "invoiceTerms", "fault.too_long"},
	} {
		f := w.firm()
		c.change(&f)
		_, err := w.Save(ctx, staff, f)
		if got := fieldKey(err, c.path); got != c.key {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.key, err)
		}
	}
	if f := w.firm(); f.Version != 1 || w.count("audit_log") != 1 {
		t.Errorf("something was kept of what was refused: %+v", f)
	}
}

func TestIdentityIsKeptInItsNormalForm(t *testing.T) {
	w := made(t)
	f := w.firm()
	f.SIRET, f.VATNumber, f.IBAN, f.Postcode, f.Accent = "732 829 320 00074", "fr 44 732829320", "fr76 3000 6000 0112 3456 7890 189", " 69001 ", "#767676"
	saved, err := w.Save(ctx, staff, f)
	w.must(err)
	if saved.SIREN != "732829320" || saved.SIRET != "73282932000074" || saved.VATNumber != "FR44732829320" || saved.IBAN != "FR7630006000011234567890189" || saved.Postcode != "69001" || saved.Version != 2 {
		t.Errorf("%+v", saved)
	}
	if _, err := w.Save(ctx, staff, f); key(err) != "fault.stale" {
		t.Errorf("the older form was taken: %v", err)
	}
	if _, err := w.Save(ctx, contact, saved); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
}

// A currency is chosen before the first entry; afterwards the books are told in it.
func TestCurrencyIsFixedByTheFirstEntry(t *testing.T) {
	w := made(t)
	f := w.firm()
	f.Currency = "CHF"
	f, err := w.Save(ctx, staff, f)
	w.must(err)
	w.must(w.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := books.Post(ctx, tx, ledger.Posting{Journal: "OD", Date: day("2026-11-21"), Label: "Apport", DocumentRef: "OD-1", DocumentDate: day("2026-11-21"), Lines: []ledger.PostingLine{{Role: ledger.RoleBank, DebitMinor: 100}, {Role: ledger.RoleCash, CreditMinor: 100}}}, books.Source{Kind: "manual"})
		return err
	}))
	f.Currency = "EUR"
	if _, err := w.Save(ctx, staff, f); fieldKey(err, "currency") != "fault.currency_fixed" || w.firm().Currency != "CHF" {
		t.Errorf("%v", err)
	}
	f.Currency, f.City = "CHF", "Genève"
	if _, err := w.Save(ctx, staff, f); err != nil {
		t.Error(err)
	}
}

// The smallest PNG: one dot.
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

func TestLogo(t *testing.T) {
	w := made(t)
	if mediaType, image, err := w.Logo(ctx); mediaType != "" || image != nil || err != nil {
		t.Errorf("%s %v %v", mediaType, image, err)
	}
	png, err := base64.StdEncoding.DecodeString(dot)
	w.must(err)
	for name, bad := range map[string][]byte{"nothing": nil, "text": []byte("<svg onload=alert(1)>"), "GIF": []byte("GIF89a"), "too big": slices.Concat(png, make([]byte, 1<<20))} {
		if err := w.SetLogo(ctx, staff, bad); fieldKey(err, "logo") != "fault.logo" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.must(w.SetLogo(ctx, staff, png))
	mediaType, image, err := w.Logo(ctx)
	if mediaType != "image/png" || string(image) != string(png) || err != nil || !w.firm().HasLogo || w.count("files") != 1 {
		t.Errorf("%s %d bytes %v", mediaType, len(image), err)
	}
}

func TestPortalSettings(t *testing.T) {
	w := made(t)
	p, err := w.PortalSettings(ctx, staff)
	w.must(err)
	if p.Enabled || p.Port != 8443 || p.Transport != "https" {
		t.Errorf("%+v", p)
	}
	for path, change := range map[string]func(*company.Portal){
		"port": func(p *company.Portal) { p.Port = 80 }, "transport": func(p *company.Portal) { p.Transport = "ftp" }, "linkDays": func(p *company.Portal) { p.LinkDays = 0 },
		"hostName": func(p *company.Portal) { p.HostName = "http://x" }, "messageFr": func(p *company.Portal) { p.MessageFR = strings.Repeat("x", 2001) },
	} {
		bad := p
		change(&bad)
		if err := w.SavePortalSettings(ctx, staff, bad); !fault.HasField(err, path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	p.Enabled, p.HostName = true, "portail.local"
	w.must(w.SavePortalSettings(ctx, staff, p))
	if err := w.SavePortalSettings(ctx, staff, p); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
}

// Inscription libre takes a group whose portal is open, and is an act of its own in the log.
func TestFreeRegistrationTakesAnOpenGroup(t *testing.T) {
	w := made(t)
	raw := dbtest.Raw(t, w.path)
	if _, err := raw.Exec("INSERT INTO customer_groups (public_id, name, portal_enabled, created_at, updated_at) VALUES ('open', 'Ouvert', 1, '', ''), ('shut', 'Fermé', 0, '', '')"); err != nil {
		t.Fatal(err)
	}
	set := func(group string) error {
		p, err := w.PortalSettings(ctx, staff)
		w.must(err)
		p.FreeGroupID = group
		return w.SavePortalSettings(ctx, staff, p)
	}
	for _, group := range []string{"shut", "nowhere"} {
		if err := set(group); !fault.HasField(err, "freeGroupId") {
			t.Errorf("%s: %v", group, err)
		}
	}
	w.must(set("open"))
	w.must(set("open"))
	shown, err := w.PortalIdentity(ctx)
	w.must(err)
	if shown.FreeGroupID != "open" {
		t.Errorf("%q", shown.FreeGroupID)
	}
	if _, err := raw.Exec("UPDATE customer_groups SET portal_enabled = 0"); err != nil {
		t.Fatal(err)
	}
	if shown, err = w.PortalIdentity(ctx); err != nil || shown.FreeGroupID != "" {
		t.Errorf("a closed group is shown: %q %v", shown.FreeGroupID, err)
	}
	if _, err := raw.Exec("UPDATE customer_groups SET portal_enabled = 1"); err != nil {
		t.Fatal(err)
	}
	w.must(set(""))
	if got := strings.Join(dbtest.Strings(t, raw, "SELECT action FROM audit_log WHERE action LIKE 'group.free%' ORDER BY id"), " "); got != "group.free_registration_on group.free_registration_off" {
		t.Error(got)
	}
}

func TestPreferencesAndNotices(t *testing.T) {
	w := made(t)
	for _, bad := range [][2]string{{"de", "auto"}, {"fr", "pink"}} {
		if err := w.SetPreferences(ctx, staff, bad[0], bad[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	w.must(w.SetPreferences(ctx, staff, "en", "dark"))
	if o, err := w.Owner(ctx); err != nil || o.Language != "en" || o.Theme != "dark" || o.ID != 1 {
		t.Errorf("%+v %v", o, err)
	}
	w.must(w.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertNotification(ctx, gen.InsertNotificationParams{At: tx.Stamp(), Kind: "other", Args: "{}"})
	}))
	for _, read := range []bool{false, true} {
		list, err := w.Notifications(ctx, staff, 10)
		if err != nil || len(list) != 1 || list[0].Read != read {
			t.Errorf("%+v %v", list, err)
		}
		w.must(w.MarkNotificationsRead(ctx, staff))
	}
	if _, err := w.Notifications(ctx, contact, 10); !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v", err)
	}
}

func TestYearStart(t *testing.T) {
	for _, c := range []struct {
		month     int64
		day, want string
	}{{1, "2026-11-21", "2026-01-01"}, {1, "2026-01-01", "2026-01-01"}, {7, "2026-06-30", "2025-07-01"}, {7, "2026-07-01", "2026-07-01"}, {12, "2026-11-30", "2025-12-01"}} {
		if got := (company.Firm{FiscalYearStarts: c.month}).YearStart(day(c.day)); got != day(c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
