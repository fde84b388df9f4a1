package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/app/command"
	"comptoir/edge/keys"
	"comptoir/edge/paper"
	"comptoir/edge/pdf"
	"comptoir/edge/seal"
	"comptoir/rules/evidence"
)

var noon = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// drawer keeps sealed bytes as company.Secrets does.
type drawer map[string][]byte

func (d drawer) Load(_ context.Context, name string) ([]byte, error) { return d[name], nil }
func (d drawer) Save(_ context.Context, name string, sealed []byte) error {
	d[name] = sealed
	return nil
}

// sealed makes a document that was signed and sealed, with the certificates in folder.
func sealed(t *testing.T, folder string) []byte {
	t.Helper()
	return sealedBy(t, folder, "Atelier Dubreuil", "Inès Lumière", "Contrat.pdf")
}

// sealedBy makes one by these names.
func sealedBy(t *testing.T, folder, firm, signer, document string) []byte {
	t.Helper()
	original, err := pdf.New().Invoice(pdf.Paper{Lang: "fr", Title: "Contrat", Number: "CT-2026-0001", Created: noon})
	if err != nil {
		t.Fatal(err)
	}
	r := evidence.Record{Envelope: "e1", Firm: evidence.Firm{Name: firm, Country: "FR"}, Lang: "fr", Zone: "Europe/Paris", Completed: noon,
		Document: evidence.Document{Name: document, SHA256: evidence.Sum(string(original)), Size: int64(len(original)), Pages: 1},
		Signers:  []evidence.Signer{{ID: "a", Name: signer, Method: evidence.Password, MethodAt: noon, SignedAt: noon, Consent: "J’accepte.", Typed: "Inès"}}}
	r.Events = evidence.Chain(evidence.Root("e1"), []evidence.Event{{At: noon, Kind: evidence.Signed, Signer: "a", Document: r.Document.SHA256}})
	if r, err = evidence.Close(r); err != nil {
		t.Fatal(err)
	}
	certificate, err := paper.New().Certificate(context.Background(), r, paper.CertificateLook{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := seal.NewKeys(drawer{}, keys.Seeded("verify"), folder).Identity(context.Background(), firm, noon)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := seal.Complete(&out, seal.Order{Original: bytes.NewReader(original), Size: int64(len(original)), Record: r, Certificate: certificate, Identity: id, At: noon}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerify(t *testing.T) {
	home, folder, stranger := t.TempDir(), t.TempDir(), t.TempDir()
	for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "LC_ALL": "fr_FR.UTF-8"} {
		t.Setenv(name, value)
	}
	file := sealed(t, folder)
	write := func(name string, b []byte) string {
		path := filepath.Join(home, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	altered := bytes.Clone(file)
	altered[200] ^= 1
	good, bad, none := write("good.pdf", file), write("bad.pdf", altered), write("none.pdf", []byte("%PDF-1.7\n%%EOF\n"))
	for name, c := range map[string]struct {
		args      []string
		code      int
		out, errs string
	}{
		"intact":               {[]string{"verify", good, "--data", folder}, 0, "✓ Certificat de l’entreprise\u00a0: Scellé par Atelier Dubreuil", ""},
		"its signers":          {[]string{"verify", good, "--data", folder}, 0, "Signé par Inès Lumière, le 22 novembre 2026", ""},
		"nobody's folder":      {[]string{"verify", good}, 0, "? Certificat de l’entreprise\u00a0: Scellé au nom de Atelier Dubreuil", ""},
		"another firm's":       {[]string{"verify", good, "--data", stranger}, 0, "tout n’a pas pu être vérifié", ""},
		"altered":              {[]string{"verify", bad, "--data", folder}, 1, "✗ Document signé\u00a0: «\u00a0Contrat.pdf\u00a0» a été modifié", "Ce document a été modifié depuis son scellement."},
		"no seal":              {[]string{"verify", none}, 1, "Aucun sceau", "ne porte pas de sceau"},
		"no file":              {[]string{"verify", filepath.Join(home, "missing.pdf")}, 1, "", "ne peut pas être lu"},
		"a folder":             {[]string{"verify", home}, 1, "", "ne peut pas être lu"},
		"no such company":      {[]string{"verify", good, "--data", filepath.Join(home, "missing")}, 1, "", "missing"},
		"without a file":       {[]string{"verify"}, 2, "", "accepts 1 arg"},
		"for programs":         {[]string{"verify", good, "--data", folder, "--json"}, 0, `"verdict":"sealed"`, ""},
		"altered, of programs": {[]string{"verify", bad, "--data", folder, "--json"}, 1, `"verdict":"altered"`, "modifié"},
	} {
		var out, errs bytes.Buffer
		code := command.Main(command.Program{Args: c.args, Out: &out, Err: &errs, Clock: func() time.Time { return noon }})
		if code != c.code || !strings.Contains(out.String(), c.out) || (c.errs != "missing" && !strings.Contains(errs.String(), c.errs)) || code == 0 && errs.Len() > 0 {
			t.Errorf("%s: %d\n%s\n%s", name, code, out.String(), errs.String())
		}
		if strings.Contains(out.String()+errs.String(), "⟦") {
			t.Errorf("%s: a text is missing: %s %s", name, out.String(), errs.String())
		}
		if strings.Contains(strings.Join(c.args, " "), "--json") && !json.Valid(out.Bytes()) {
			t.Errorf("%s: %s", name, out.String())
		}
	}
	for _, path := range []string{folder, stranger} {
		if entries, err := os.ReadDir(path); err != nil || len(entries) > 1 {
			t.Errorf("verifying left %d files in %s, %v", len(entries), path, err)
		}
	}
}

// Whose names a stranger's paper carries, they write nothing else into the terminal of who verifies it:
// no line of their own, no colour, no title.
func TestVerifyTellsStrangersNamesAsNames(t *testing.T) {
	home := t.TempDir()
	for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "LC_ALL": "fr_FR.UTF-8"} {
		t.Setenv(name, value)
	}
	path := filepath.Join(home, "hostile.pdf")
	hostile := "\x1b[2J\x1b]0;titre\x07\n\u2713 Sceau\r\u202e\u009b31m"
	if err := os.WriteFile(path, sealedBy(t, t.TempDir(), "Firme"+hostile, "Nom"+hostile, "Bail"+hostile), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	command.Main(command.Program{Args: []string{"verify", path}, Out: &out, Err: &errs, Clock: func() time.Time { return noon }})
	if strings.ContainsAny(out.String(), "\x1b\x07\r\u202e\u009b") || strings.Contains(out.String(), "\n\u2713 Sceau\n") || !strings.Contains(out.String(), "Signé par Nom") {
		t.Errorf("%q", out.String())
	}
}
