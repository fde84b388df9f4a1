package seal

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"comptoir/rules/evidence"
)

// Limits of what is verified.
const (
	maxVerified = MaxSize + 2*maxGraft + evidence.MaxJSON
	sealWindow  = 64 << 10 // the signature dictionary: certificate, signature, names
	scanStep    = 1 << 20
)

// Verify proves a file: that the seal is whole and covers every byte, whose certificate made
// it, that the document inside is the one that the signers saw, that the evidence holds
// together. It tells what was changed where that can be told. It never fails: what cannot be
// read is a failed check.
//
// It does not follow the structure of the PDF, which a forger could bend: the seal covers the
// whole file but the hexadecimal digits of the signature itself, and those have one form only.
func Verify(r io.ReaderAt, size int64, known Known) Report {
	v := &verifier{r: r, size: size, known: known}
	v.run()
	return v.report
}

// Texts of checks.
const (
	checkFile        = "file"
	checkSeal        = "seal"
	checkWhole       = "whole"
	checkCertificate = "certificate"
	checkDocument    = "document"
	checkEvidence    = "evidence"
)

type verifier struct {
	r      io.ReaderAt
	size   int64
	known  Known
	report Report

	found  *found
	cert   *x509.Certificate
	digest []byte // that the seal vouches for
	sound  bool   // the record proves itself
}

// found is the seal as it stands in the file.
type found struct {
	from, to       int64 // of the signature in the file: its hexadecimal digits with their < and >
	contents       []byte
	ranges         [4]int64
	original       int64
	record, length int64
	pages          int
	at             time.Time
}

func (v *verifier) say(name string, state State, key string, args ...Arg) {
	v.report.Checks = append(v.report.Checks, Check{Name: name, State: state, Key: "common.seal.found." + key, Args: args})
}

func (v *verifier) run() {
	v.report.Verdict = Altered
	head := make([]byte, 5)
	if _, err := v.r.ReadAt(head, 0); err != nil || string(head) != "%PDF-" || v.size > maxVerified {
		v.report.Verdict = Unsealed
		v.say(checkFile, Failed, "not_pdf")
		return
	}
	traces, err := v.find()
	switch {
	case err != nil:
		v.say(checkFile, Failed, "unreadable")
		return
	case v.found == nil && !traces:
		v.report.Verdict = Unsealed
		v.say(checkFile, Unknown, "no_seal")
		return
	case v.found == nil:
		v.say(checkSeal, Failed, "seal_damaged")
		return
	}
	v.say(checkFile, OK, "pdf")
	v.report.SealedAt, v.report.Pages = v.found.at, v.found.pages
	v.readRecord()
	v.checkSeal()
	v.checkCertificate()
	v.checkDocument()
	v.verdict()
}

func (v *verifier) verdict() {
	v.report.Verdict = Intact
	for _, c := range v.report.Checks {
		switch c.State {
		case Failed:
			v.report.Verdict = Altered
			return
		case Unknown:
			v.report.Verdict = Unrecognised
		case OK:
		}
	}
}

// checkSeal proves the signature, that it covers all there is, and that all there is did not
// change.
func (v *verifier) checkSeal() {
	f := v.found
	der := make([]byte, hex.DecodedLen(len(f.contents)))
	_, err := hex.Decode(der, f.contents)
	if err == nil && !bytes.Equal(bytes.ToUpper([]byte(hex.EncodeToString(der))), f.contents) {
		err = errCMS // the same digits in small letters: no reader would notice, we do
	}
	if err == nil {
		v.cert, v.digest, err = readSignature(der)
	}
	if err != nil {
		v.say(checkSeal, Failed, "seal_damaged")
		return
	}
	c := describe(v.cert)
	v.report.Certificate = &c
	after := v.size - f.ranges[2] - f.ranges[3]
	if f.ranges[0] != 0 || f.ranges[1] != f.from || f.ranges[2] != f.to || f.ranges[3] < 0 || after < 0 {
		v.say(checkSeal, Failed, "seal_partial")
		return
	}
	sum, err := v.covered()
	switch {
	case err != nil:
		v.say(checkSeal, Failed, "unreadable")
	case !bytes.Equal(sum, v.digest):
		v.say(checkSeal, Failed, "seal_broken")
	default:
		v.say(checkSeal, OK, "seal")
	}
	if after > 0 {
		v.say(checkWhole, Failed, "added", Arg{"bytes", count(after)})
		return
	}
	v.say(checkWhole, OK, "whole")
}

// covered hashes what the byte range names.
func (v *verifier) covered() ([]byte, error) {
	h, f := sha256.New(), v.found
	for i := 0; i < 4; i += 2 {
		n, err := io.Copy(h, io.NewSectionReader(v.r, f.ranges[i], f.ranges[i+1]))
		if err != nil || n != f.ranges[i+1] {
			return nil, errors.Join(errDamaged, err)
		}
	}
	return h.Sum(nil), nil
}

func (v *verifier) checkCertificate() {
	if v.cert == nil {
		return
	}
	subject := Arg{"name", v.cert.Subject.CommonName}
	if at := v.found.at; at.Before(v.cert.NotBefore) || at.After(v.cert.NotAfter) {
		v.say(checkCertificate, Failed, "certificate_time", subject)
		return
	}
	for _, k := range v.known {
		if k.Equal(v.cert) {
			v.say(checkCertificate, OK, "certificate", subject)
			return
		}
	}
	if len(v.known) == 0 {
		v.say(checkCertificate, Unknown, "certificate_unknown", subject)
		return
	}
	v.say(checkCertificate, Unknown, "certificate_other", subject)
}

// readRecord reads and proves the evidence.
func (v *verifier) readRecord() {
	z, err := zlib.NewReader(io.NewSectionReader(v.r, v.found.record, v.found.length))
	var data []byte
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(z, evidence.MaxJSON+1))
	}
	if err != nil {
		v.say(checkEvidence, Failed, "evidence_unreadable")
		return
	}
	record, err := evidence.Unmarshal(data)
	if errors.Is(err, evidence.ErrNewer) {
		v.say(checkEvidence, Unknown, "evidence_newer")
		return
	}
	if err != nil {
		v.say(checkEvidence, Failed, "evidence_unreadable")
		return
	}
	v.report.Record = &record
	findings := evidence.Check(record)
	for _, f := range findings {
		v.say(checkEvidence, Failed, "evidence_"+f.What, Arg{"n", count(int64(f.N))})
	}
	if v.sound = len(findings) == 0; v.sound {
		v.say(checkEvidence, OK, "evidence", Arg{"events", count(int64(len(record.Events)))}, Arg{"signers", count(int64(len(record.Signers)))})
	}
}

// checkDocument compares the beginning of the file with what the signers saw.
func (v *verifier) checkDocument() {
	r := v.report.Record
	if r == nil {
		v.say(checkDocument, Unknown, "document_unknown")
		return
	}
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(v.r, 0, r.Document.Size))
	name := Arg{"name", r.Document.Name}
	switch same := hex.EncodeToString(h.Sum(nil)) == r.Document.SHA256; {
	case err != nil || n != r.Document.Size:
		v.say(checkDocument, Failed, "document_short", name)
	case same && r.Document.Size == v.found.original:
		v.say(checkDocument, OK, "document", name)
	case v.sound:
		v.say(checkDocument, Failed, "document_changed", name)
	default:
		v.say(checkDocument, Failed, "document_or_evidence", name)
	}
}
