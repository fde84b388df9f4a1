package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/edge/keys"
	"comptoir/edge/seal"
	"comptoir/rules/evidence"
)

// leaf is a sealed document as small as can be, so that every byte of it can be tried.
func leaf(t testing.TB) []byte {
	t.Helper()
	o := order(t, small())
	o.Certificate = small()
	var b bytes.Buffer
	if _, err := seal.Complete(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// states are the checks of a report by their name; several of a name count as the worst.
func states(r seal.Report) map[string]seal.State {
	m := map[string]seal.State{}
	for _, c := range r.Checks {
		if m[c.Name] != seal.Failed {
			m[c.Name] = c.State
		}
	}
	return m
}

func found(r seal.Report, key string) bool {
	return slices.ContainsFunc(r.Checks, func(c seal.Check) bool { return c.Key == "common.seal.found."+key })
}

// Whatever byte is altered, however little, the file is no longer intact, and it is still told
// from one that never had a seal.
func TestEveryByteCounts(t *testing.T) {
	file := leaf(t)
	for i := 5; i < len(file); i += 2 + i%2 { // before that it is no PDF any more
		flip := []byte{0x01, 0x20, 0x80}[i%3]
		file[i] ^= flip
		if r := verify(file); r.Verdict != seal.Altered {
			t.Errorf("byte %d of %d, %#x: %s %+v", i, len(file), flip, r.Verdict, r.Checks)
		}
		file[i] ^= flip
	}
	if r := verify(file); r.Verdict != seal.Intact {
		t.Errorf("the untouched file: %+v", r)
	}
}

// Debian's tool sees it too, wherever it is that the seal covers. (Of the signature's own digits
// it does not verify what stands in the certificate beside the key: docs/adr/0019.)
func TestPdfsigSeesAnAlteredByte(t *testing.T) {
	original := small()
	file := leaf(t)
	if !accepted(pdfsig(t, file)) {
		t.Fatal(pdfsig(t, file))
	}
	end := bytes.Index(file, digits(file)) + len(digits(file))
	hash := bytes.Index(file, []byte("2A864886F70D010904")) // message-digest
	for what, at := range map[string]int{
		"the original's first bytes": 12, "the original's page": bytes.Index(file, []byte("0 0 10 10 re")), "the original's end": len(original) - 3,
		"the certificate's page": len(original) + bytes.Index(file[len(original):], []byte("0 0 10 10 re")), "the evidence": bytes.Index(file, []byte("/EmbeddedFile")) + 200,
		"the seal's date": bytes.Index(file, []byte("/M (D:")) + 8, "the signature itself": end - 40,
		"the hash": hash + 40, "the table": bytes.LastIndex(file, []byte("0000")), "the last byte but one": len(file) - 2,
	} {
		altered := bytes.Clone(file)
		altered[at] ^= 0x01
		if said := pdfsig(t, altered); accepted(said) {
			t.Errorf("%s (byte %d, now %q): %s", what, at, altered[at], said)
		}
	}
}

func TestWhatWasChangedIsNamed(t *testing.T) {
	original := invoice(t, 3)
	file := complete(t, original)
	change := func(at int) []byte { b := bytes.Clone(file); b[at] ^= 1; return b }
	record := bytes.Index(file, []byte("/Type /EmbeddedFile"))
	evidenceAt := record + bytes.Index(file[record:], []byte("stream\n")) + 300
	pageAt := len(original) + bytes.Index(file[len(original):], []byte("stream\n")) + 30
	for name, c := range map[string]struct {
		file    []byte
		verdict seal.Verdict
		says    []string
		states  map[string]seal.State
	}{
		"nothing":                     {file, seal.Intact, []string{"seal", "whole", "certificate", "document", "evidence"}, nil},
		"the document":                {change(len(original) / 2), seal.Altered, []string{"seal_broken", "document_changed", "evidence"}, map[string]seal.State{"document": seal.Failed, "evidence": seal.OK}},
		"the document's table":        {change(bytes.LastIndex(original, []byte("startxref")) + 12), seal.Altered, []string{"seal_broken", "document_changed"}, nil},
		"the evidence":                {change(evidenceAt), seal.Altered, []string{"seal_broken", "evidence_unreadable", "document_unknown"}, map[string]seal.State{"evidence": seal.Failed}},
		"the certificate's page":      {change(pageAt), seal.Altered, []string{"seal_broken", "document", "evidence"}, map[string]seal.State{"document": seal.OK, "evidence": seal.OK, "seal": seal.Failed}},
		"the seal":                    {change(bytes.Index(file, digits(file)) + 500), seal.Altered, []string{"seal_damaged", "document"}, map[string]seal.State{"document": seal.OK}},
		"words added":                 {append(bytes.Clone(file), "%more\n"...), seal.Altered, []string{"seal", "added", "document"}, map[string]seal.State{"seal": seal.OK, "whole": seal.Failed}},
		"an update on top":            {appended(file), seal.Altered, []string{"seal", "added", "document", "evidence"}, map[string]seal.State{"whole": seal.Failed}},
		"the end cut off":             {file[:len(file)-100], seal.Altered, []string{"seal_partial"}, nil},
		"the seal cut off":            {file[:bytes.Index(file, []byte("/Contents <"))+100], seal.Altered, []string{"seal_damaged"}, nil},
		"all but the document":        {original, seal.Unsealed, []string{"no_seal"}, nil},
		"a page before it":            {append([]byte("%PDF-1.7\n"), file...), seal.Altered, []string{"seal_partial"}, nil},
		"no PDF":                      {[]byte("PK\x03\x04"), seal.Unsealed, []string{"not_pdf"}, nil},
		"nothing at all":              {nil, seal.Unsealed, []string{"not_pdf"}, nil},
		"the digits in other letters": {bytes.Replace(file, digits(file), bytes.ToLower(digits(file)), 1), seal.Altered, []string{"seal_damaged"}, nil},
	} {
		r := verify(c.file)
		if r.Verdict != c.verdict {
			t.Errorf("%s: %s %+v", name, r.Verdict, r.Checks)
		}
		for _, key := range c.says {
			if !found(r, key) {
				t.Errorf("%s: does not say %s but %+v", name, key, r.Checks)
			}
		}
		for check, state := range c.states {
			if states(r)[check] != state {
				t.Errorf("%s: %s is %s", name, check, states(r)[check])
			}
		}
	}
}

// digits are those of the signature.
func digits(file []byte) []byte {
	at := bytes.Index(file, []byte("/Contents <")) + len("/Contents <")
	return file[at : at+bytes.IndexByte(file[at:], '>')]
}

// appended hides a page by an update after the seal.
func appended(file []byte) []byte {
	prev := bytes.LastIndex(file, []byte("xref\n"))
	prev = bytes.LastIndex(file[:prev], []byte("xref\n"))
	out := append(bytes.Clone(file), "2 0 obj\n<</Type /Pages /Kids [] /Count 0>>\nendobj\n"...)
	start := len(out)
	return fmt.Appendf(out, "xref\n2 1\n%010d 00000 n \ntrailer\n<</Size 9 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", len(file), prev, start)
}

// Who has no key of the firm can seal what it likes: it is not the firm's certificate.
func TestSomebodyElsesSeal(t *testing.T) {
	_, known := firm()
	other := seal.NewKeys(drawer{}, keys.Seeded("other"), "")
	id, err := other.Identity(context.Background(), "Atelier Dubreuil", noon)
	if err != nil {
		t.Fatal(err)
	}
	o := order(t, small())
	o.Identity = id
	var b bytes.Buffer
	if _, err := seal.Complete(&b, o); err != nil {
		t.Fatal(err)
	}
	read := func(known seal.Known) seal.Report {
		return seal.Verify(bytes.NewReader(b.Bytes()), int64(b.Len()), known)
	}
	if r := read(known); r.Verdict != seal.Unrecognised || !found(r, "certificate_other") || r.Certificate.Subject != "Atelier Dubreuil" {
		t.Errorf("%+v", r)
	}
	if r := read(nil); r.Verdict != seal.Unrecognised || !found(r, "certificate_unknown") {
		t.Errorf("%+v", r)
	}
	o.At = noon.AddDate(11, 0, 0)
	b.Reset()
	if _, err := seal.Complete(&b, o); err != nil {
		t.Fatal(err)
	}
	if r := read(known); r.Verdict != seal.Altered || !found(r, "certificate_time") {
		t.Errorf("sealed after the certificate ended: %+v", r)
	}
}

// Who alters document and evidence together, hashes and all, is told by the seal alone.
func TestForgedEvidence(t *testing.T) {
	original := small()
	forged := bytes.Replace(original, []byte("0 0 10 10 re"), []byte("0 0 99 99 re"), 1)
	mine, theirs := leaf(t), []byte(nil)
	for theirs == nil || len(digits(theirs)) != len(digits(mine)) { // certificates differ by a byte or two
		id, err := seal.NewKeys(drawer{}, keys.Seeded("forger"), "").Identity(context.Background(), "Atelier Dubreuil", noon)
		if err != nil {
			t.Fatal(err)
		}
		o := order(t, forged)
		o.Certificate, o.Identity = small(), id
		var b bytes.Buffer
		if _, err := seal.Complete(&b, o); err != nil {
			t.Fatal(err)
		}
		theirs = b.Bytes()
	}
	copy(theirs[bytes.Index(theirs, digits(theirs)):], digits(mine)) // with the firm's signature put in
	if r := verify(theirs); r.Verdict != seal.Altered || !found(r, "seal_broken") || states(r)["certificate"] != seal.OK || states(r)["document"] != seal.OK {
		t.Errorf("%+v", r)
	}
}

// A record that contradicts itself is named event by event. Only the firm's own key could seal
// one, so Complete refuses to.
func TestUnsoundRecordIsNotSealed(t *testing.T) {
	o := order(t, small())
	o.Record.Events[1].Who = "Somebody else"
	if _, err := seal.Complete(&bytes.Buffer{}, o); err == nil {
		t.Error("an unsound record was sealed")
	}
}

// Every text that a check can give is there, in both languages.
func TestChecksHaveWords(t *testing.T) {
	keys := []string{"pdf", "not_pdf", "unreadable", "no_seal", "seal", "seal_damaged", "seal_partial", "seal_broken", "whole", "added", "certificate", "certificate_unknown", "certificate_other",
		"certificate_time", "document", "document_changed", "document_or_evidence", "document_short", "document_unknown", "evidence", "evidence_unreadable", "evidence_newer"}
	for _, what := range []string{evidence.EventChanged, evidence.EventMissing, evidence.EventOrder, evidence.ConsentChanged, evidence.SignerMissing, evidence.SignerUnproven, evidence.OtherDocument, evidence.RecordChanged, evidence.Incomplete} {
		keys = append(keys, "evidence_"+what)
	}
	args := []seal.Arg{{Name: "n", Value: "3"}, {Name: "name", Value: "2026"}, {Name: "bytes", Value: "1200"}, {Name: "events", Value: "12"}, {Name: "signers", Value: "1"}}
	for _, lang := range locale.Langs() {
		for _, key := range keys {
			text := seal.Check{Key: "common.seal.found." + key, Args: args}.Text(lang)
			if locale.IsMissing(text) || strings.ContainsAny(text, "{}") {
				t.Errorf("%s %s: %s", lang, key, text)
			}
		}
		if n := len(locale.Keys(lang, "common.seal.found.")); n != len(keys) {
			t.Errorf("%s: %d texts for %d keys", lang, n, len(keys))
		}
	}
}

// The beginning of a sealed file is what the signers saw: anybody can prove it with sha256sum.
func TestOriginalCanBeTakenOut(t *testing.T) {
	file := leaf(t)
	r := verify(file)
	if got := sha256.Sum256(file[:r.Record.Document.Size]); fmt.Sprintf("%x", got) != r.Record.Document.SHA256 {
		t.Error("the first bytes do not have the hash of the document")
	}
}
