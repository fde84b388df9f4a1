package privacy_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/privacy"
)

// archive writes an export and opens it: its files by name, data.json read.
func (r room) archive(e privacy.Export) (files map[string]string, data map[string]any) {
	r.T.Helper()
	var b bytes.Buffer
	r.Must(e.WriteTo(officetest.Ctx, &b))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	r.Must(err)
	files = map[string]string{}
	for _, f := range z.File {
		c, err := f.Open()
		r.Must(err)
		content, err := io.ReadAll(c)
		r.Must(err)
		r.Must(c.Close())
		if _, twice := files[f.Name]; twice {
			r.T.Errorf("%s stands twice in the archive", f.Name)
		}
		files[f.Name] = string(content)
	}
	r.Must(json.Unmarshal([]byte(files["data.json"]), &data))
	return files, data
}

func TestExport(t *testing.T) {
	r := open(t)
	_, contact := r.everywhere()
	e, err := r.Export(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	if !strings.HasPrefix(e.Name, "donnees-personnelles-C") || !strings.HasSuffix(e.Name, ".zip") {
		t.Errorf("named %s", e.Name)
	}
	files, data := r.archive(e)
	if data["format"] != privacy.Format || data["by"] != "Atelier Bois" {
		t.Errorf("format %v by %v", data["format"], data["by"])
	}
	card, _ := data["contact"].(map[string]any)
	signIn, _ := data["sign_in"].(map[string]any)
	if card["name"] != itsName || card["email"] != itsMail || card["phone"] != itsPhone || signIn["user_name"] != itsUser || signIn["recovery_codes_left"] != 1.0 {
		t.Errorf("card %v, sign-in %v", card, signIn)
	}
	if list, ok := data["users"].([]any); !ok || len(list) != 0 {
		t.Errorf("users %v of a contact that is none", data["users"])
	}
	for section, n := range map[string]int{"sessions": 1, "links": 1, "terms": 1, "agreements": 1, "registrations": 1, "requests": 1, "proposals": 2, "changes": 2, "mails": 1, "messages": 1, "files": 1, "decisions": 1,
		"mandates": 1, "charge_consents": 1, "methods": 1, "attempts": 1, "shown": 1, "announcements": 1, "invoices": 1, "quotes": 0, "opened_in_its_place": 0, "acts": 1, "contracts": 2, "contract_comments": 1, "contract_parts": 2, "contract_decisions": 2, "contract_sessions": 1, "contract_papers": 1} {
		if list, ok := data[section].([]any); !ok || len(list) != n {
			t.Errorf("%s: %v, want %d", section, data[section], n)
		}
	}
	for section := range data {
		list, _ := data[section].([]any)
		for _, row := range list {
			if path, ok := row.(map[string]any)["file"].(string); ok && files[path] == "" {
				t.Errorf("%s names %s, which is not in the archive", section, path)
			}
		}
	}
	if len(files) != 6 || !strings.Contains(files["LISEZ-MOI.txt"], itsName) || !strings.Contains(files["LISEZ-MOI.txt"], "L123-22") {
		t.Errorf("%d files, %q", len(files), files["LISEZ-MOI.txt"])
	}
	for _, secret := range []string{"password_hash", "secret", "token", "pm_x", strings.Repeat("a", 64) + `"}]`} {
		if strings.Contains(strings.ReplaceAll(files["data.json"], `"sha256"`, ""), `"`+secret) {
			t.Errorf("the archive tells %s", secret)
		}
	}
	if n := dbtest.Int(t, r.raw(), "SELECT count(*) FROM audit_log WHERE action = 'customer.contact_exported'"); n != 1 {
		t.Errorf("%d lines of the log about it", n)
	}
}

// A contact that was made a user of the firm: the archive names the user, and not another contact's.
func TestExportNamesTheUser(t *testing.T) {
	r := open(t)
	c, contact := r.everywhere()
	for code, of := range map[string]int64{"U901": c.Contacts[0].ID, "U902": c.Contacts[1].ID} {
		r.exec("INSERT INTO users (public_id, code, name, email, language, role, contact_id, created_at) VALUES (?1, ?1, 'Zénobie', ?1 || '@atelier.example', 'fr', 'delegate', ?2, '2026-11-20T10:00:00.000Z')", code, of)
	}
	e, err := r.Export(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	_, data := r.archive(e)
	list, _ := data["users"].([]any)
	if len(list) != 1 {
		t.Fatalf("users %v", data["users"])
	}
	u, _ := list[0].(map[string]any)
	if u["code"] != "U901" || u["role"] != "delegate" || u["since"] != "2026-11-20T10:00:00.000Z" || u["state"] != "active" {
		t.Errorf("user %v", u)
	}
}

// The contact itself: by its own hand, without what is shut to it, and never another one's.
func TestExportOwn(t *testing.T) {
	r := open(t)
	c, _ := r.everywhere()
	who := officetest.Contact(c)
	stale, link, standIn := who, who, who
	stale.Stale, link.Trust, standIn.By = true, actor.TrustLink, "Camille"
	for name, bad := range map[string]actor.Actor{"stale": stale, "link": link, "stand-in": standIn, "staff": officetest.Staff} {
		if _, err := r.ExportOwn(officetest.Ctx, bad); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	who.Shut = actor.AreaMessages | actor.AreaInvoices
	e, err := r.ExportOwn(officetest.Ctx, who)
	r.Must(err)
	files, data := r.archive(e)
	if data["messages"] != nil || data["invoices"] != nil || data["files"] == nil || strings.Contains(files["data.json"], "Paul Discret") {
		t.Errorf("what is shut was told, or another contact: %v", data)
	}
	for name := range files {
		if strings.HasPrefix(name, "documents/") {
			t.Errorf("%s is shut to it", name)
		}
	}
	other := who
	other.ID, other.Name = c.Contacts[1].ID, c.Contacts[1].Name
	e, err = r.ExportOwn(officetest.Ctx, other)
	r.Must(err)
	files, _ = r.archive(e)
	if slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(files["data.json"], m) && m != "zenobie@" }) {
		t.Errorf("another contact's data: %s", files["data.json"])
	}
}

// More rows than a page: none is lost, none comes twice.
func TestExportOfManyRows(t *testing.T) {
	r := open(t)
	c := r.Customer("Bavard", nil)
	r.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) INSERT INTO mails (public_id, key, kind, language, to_address, contact_id, args, message_id, subject, state, next_attempt_at, created_at) "+
		"SELECT 'm' || i, 'm' || i, 'access', 'fr', 'x@y.example', ?, '{}', '<' || i || '>', 'Objet ' || i, 'sent', '', '2026-11-20T10:00:00.000Z' FROM n", c.Contacts[0].ID)
	e, err := r.Export(officetest.Ctx, officetest.Staff, c.Contacts[0].PublicID)
	r.Must(err)
	_, data := r.archive(e)
	seen := map[string]bool{}
	list, _ := data["mails"].([]any)
	for _, m := range list {
		row, _ := m.(map[string]any)
		subject, _ := row["subject"].(string)
		seen[subject] = true
	}
	if len(list) != 1001 || len(seen) != 1001 {
		t.Errorf("%d mails, %d subjects", len(list), len(seen))
	}
}
