package company_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/rules/provider"
)

func (w *world) lastAudit() (action, details string) {
	w.t.Helper()
	row := dbtest.Raw(w.t, w.path).QueryRowContext(ctx, "SELECT action, details FROM audit_log ORDER BY id DESC LIMIT 1")
	w.must(row.Scan(&action, &details))
	return action, details
}

func TestSPID(t *testing.T) {
	w := made(t)
	f := w.firm()
	if f.SPID != "" {
		t.Fatalf("%q at first", f.SPID)
	}
	for typed, want := range map[string]string{"eva-2041": "EVA-2041", " sp.77_x ": "SP.77_X", "": ""} {
		f.SPID = typed
		saved, err := w.SaveGeneral(ctx, staff, f)
		if err != nil || saved.SPID != want {
			t.Errorf("%q: %q %v", typed, saved.SPID, err)
		}
		f = saved
	}
	for _, typed := range []string{"x", "é1", "-ab", "a b", strings.Repeat("A", 41), "a/b"} {
		f.SPID = typed
		if _, err := w.SaveGeneral(ctx, staff, f); fieldKey(err, "spid") != "fault.spid" {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// The customer account number is there from the first day, alphanumeric, and nothing changes it.
func TestAccountNumberStays(t *testing.T) {
	w := made(t)
	f := w.firm()
	was := f.AccountNumber
	if len(was) < 6 || strings.Trim(was, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		t.Fatalf("%q", was)
	}
	f.AccountNumber, f.Name = "C1", "Autre nom"
	if f, err := w.SaveGeneral(ctx, staff, f); err != nil || f.AccountNumber != was || f.Name != "Autre nom" {
		t.Errorf("%q %v", f.AccountNumber, err)
	}
}

// Every change names its fields in the log, and no value of them.
func TestChangedFieldsAreNamed(t *testing.T) {
	w := made(t)
	f := w.firm()
	f.Phone, f.SPID, f.BillingMode, f.Accent = "+33 4 65 71 20 99", "EVA1", "indirect", "#14532d"
	if _, err := w.SaveGeneral(ctx, staff, f); err != nil {
		t.Fatal(err)
	}
	action, details := w.lastAudit()
	if action != "company.changed" || details != `{"fields":["spid","phone","accent","billingMode"]}` {
		t.Errorf("%s %s", action, details)
	}
	s, err := w.Support(ctx, staff)
	w.must(err)
	s.Email, s.Phone = "aide@atelier.example", "+33 4 65 71 20 15"
	if s, err = w.SaveSupport(ctx, staff, s); err != nil || s.Email != "aide@atelier.example" {
		t.Fatal(s, err)
	}
	if action, details = w.lastAudit(); action != "company.support_changed" || details != `{"fields":["supportEmail","supportPhone"]}` {
		t.Errorf("%s %s", action, details)
	}
}

// What customers see is one section, what the firm is another: neither overwrites the other.
func TestSupportIsASectionOfItsOwn(t *testing.T) {
	w := made(t)
	f := w.firm()
	s, err := w.Support(ctx, staff)
	w.must(err)
	s.Email, s.Phone, s.HoursFR, s.HoursEN = "aide@atelier.example", "0465712015", "lun.–ven., 9 h – 17 h", "Mon–Fri, 9 am – 5 pm"
	if _, err := w.SaveSupport(ctx, staff, s); err != nil {
		t.Fatal(err)
	}
	if saved, err := w.SaveGeneral(ctx, staff, f); err != nil || saved.SupportEmail != "aide@atelier.example" || saved.SupportHoursFR != "lun.–ven., 9 h – 17 h" || saved.SupportHoursEN != "Mon–Fri, 9 am – 5 pm" {
		t.Errorf("%+v %v", saved, err)
	}
	if _, err := w.SaveSupport(ctx, staff, s); !fault.Is(err, fault.Conflict) {
		t.Errorf("over what was changed meanwhile: %v", err)
	}
	s, err = w.Support(ctx, staff)
	w.must(err)
	s.Email, s.Phone, s.HoursFR, s.HoursEN = "pas une adresse", "12", strings.Repeat("x", 201), strings.Repeat("x", 201)
	_, err = w.SaveSupport(ctx, staff, s)
	if fieldKey(err, "email") == "" || fieldKey(err, "phone") == "" || fieldKey(err, "hoursFr") == "" || fieldKey(err, "hoursEn") == "" {
		t.Errorf("%v", err)
	}
	if now, err := w.Support(ctx, staff); err != nil || now.Email != "aide@atelier.example" {
		t.Errorf("a refusal changed something: %+v %v", now, err)
	}
	id, err := w.PortalIdentity(ctx)
	if err != nil || id.SupportEmail != "aide@atelier.example" || id.SupportPhone != "04 65 71 20 15" || id.SupportHoursEN != "Mon–Fri, 9 am – 5 pm" {
		t.Errorf("%+v %v", id, err)
	}
}

func TestOnlyThoseWhoConfigureSave(t *testing.T) {
	w := made(t)
	f := w.firm()
	for _, who := range []actor.Actor{contact, {Kind: actor.Staff, ID: 2, Role: actor.Sales}, {Kind: actor.Staff, ID: 2, Role: actor.Reader}, {Kind: actor.Staff, ID: 2, Role: actor.Bookkeeping}} {
		if _, err := w.SaveGeneral(ctx, who, f); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s saves the firm: %v", who.Role, err)
		}
		if _, err := w.SaveSupport(ctx, who, company.Support{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s saves support: %v", who.Role, err)
		}
	}
}

// The telephone system: everybody at the window reads it, provisioning alone says what it is.
func TestPhoneSystemIsProvisioned(t *testing.T) {
	w := made(t)
	in := company.PhoneSystem{PBX: "Asterisk 20 – Lyon", Provider: "Opérateur d’exemple"}
	for _, role := range actor.Roles() {
		if _, err := w.SetPhoneSystem(ctx, actor.Actor{Kind: actor.Staff, ID: 1, Role: role}, in); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := w.SetPhoneSystem(ctx, contact, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact: %v", err)
	}
	token := actor.Actor{Kind: actor.System, Name: "jeton: standard", Lang: "fr"}
	p, err := w.SetPhoneSystem(ctx, token, in)
	if err != nil || p.PBX != in.PBX || p.SetAt == "" {
		t.Fatalf("%+v %v", p, err)
	}
	_, first := w.lastAudit()
	if first != `{"fields":["pbx","provider"]}` {
		t.Errorf("%s", first)
	}
	n := w.count("audit_log")
	if _, err := w.SetPhoneSystem(ctx, token, in); err != nil || w.count("audit_log") != n {
		t.Errorf("the same again: %v, %d rows of the log after %d", err, w.count("audit_log"), n)
	}
	f := w.firm()
	if _, err := w.Save(ctx, staff, f); err != nil {
		t.Fatal(err)
	}
	if p, err := w.PhoneSystem(ctx, actor.Actor{Kind: actor.Staff, Role: actor.Reader}); err != nil || p.Provider != in.Provider {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := w.SetPhoneSystem(ctx, token, company.PhoneSystem{PBX: strings.Repeat("x", 101)}); fieldKey(err, "pbx") == "" {
		t.Errorf("%v", err)
	}
}

// A switch of the mode counts from the month of the firm's own calendar in which it is made.
func TestBillingMode(t *testing.T) {
	now := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC) // February in Paris already
	w := &world{t: t, path: dbtest.File(t)}
	w.db = dbtest.Open(t, w.path, db.Options{Clock: func() time.Time { return now }})
	w.Service = company.New(w.db, id.Seeded(1), books.Install, files.New(t.TempDir(), true))
	w.must(w.Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "a@example.org"}))
	f := w.firm()
	if f.BillingMode != "direct" {
		t.Fatalf("%q at first", f.BillingMode)
	}
	choose := func(mode string) {
		t.Helper()
		f := w.firm()
		f.BillingMode = mode
		_, err := w.SaveGeneral(ctx, staff, f)
		w.must(err)
	}
	choose("indirect")
	choose("indirect") // no row: nothing changed
	now = time.Date(2026, 5, 10, 9, 0, 0, 0, time.UTC)
	choose("direct")
	choose("indirect")
	choose("direct")
	var switches []provider.Switch
	w.must(w.db.Read(ctx, func(q *gen.Queries) (err error) { switches, err = company.Modes(ctx, q); return err }))
	if len(switches) != 4 || switches[0].From != "2026-02" {
		t.Errorf("%+v", switches)
	}
	for month, want := range map[provider.Month]provider.Mode{"2026-01": provider.Direct, "2026-02": provider.Indirect, "2026-04": provider.Indirect, "2026-05": provider.Direct} {
		if got := provider.ModeOf(switches, month); got != want {
			t.Errorf("%s: %s", month, got)
		}
	}
	f = w.firm()
	f.BillingMode = "both"
	if _, err := w.SaveGeneral(ctx, staff, f); fieldKey(err, "billingMode") != "fault.choice" {
		t.Errorf("%v", err)
	}
	err := w.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertBillingMode(ctx, gen.InsertBillingModeParams{FromMonth: "2026-04", Mode: "direct", ByName: "x", At: tx.Stamp()})
	})
	if err == nil {
		t.Error("the file takes a mode for a month that is over")
	}
}

// What a country wants on papers is said, field by field, and goes once it is there.
func TestMissing(t *testing.T) {
	w := made(t)
	f := w.firm()
	if !slices.Equal(f.Missing, []string{"line1", "postcode", "city", "siren", "legalForm", "vatNumber"}) {
		t.Errorf("%v", f.Missing)
	}
	f.Line1, f.Postcode, f.City, f.SIREN, f.LegalForm, f.VATScheme = "14 rue des Tilleuls", "69007", "Lyon", "100000009", "SARL", company.Franchise
	if f, err := w.SaveGeneral(ctx, staff, f); err != nil || len(f.Missing) != 0 {
		t.Errorf("%v %v", f.Missing, err)
	}
	ca := newWorld(t, books.Install)
	ca.must(ca.Create(ctx, staff, company.Create{Name: "Atelier", Country: "CA", Language: "fr", Email: "a@example.org"}))
	if f := ca.firm(); !slices.Equal(f.Missing, []string{"line1", "postcode", "city", "region", "gstNumber", "qstNumber"}) {
		t.Errorf("%v", f.Missing)
	}
}
