package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"comptoir/core/fault"
)

// MaxJSON is the size of the greatest record that is read, in bytes.
const MaxJSON = 32 << 20

// ErrNewer is given for a record in a form that this program does not know.
var ErrNewer = errors.New("evidence: made by a newer program")

// Sum is the hash of all texts here: lower-case hexadecimal SHA-256.
func Sum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Root is what the first event of a round is tied to: its envelope. The document is tied by
// the events themselves (Event.Document), since a round may begin again with another one.
func Root(envelope string) string { return Sum("comptoir evidence 1\n" + envelope + "\n") }

// Next ties an event to the one before it: previous is that one's Hash and n its N, or Root
// and 0 for the first. It sets N, Previous and Hash and brings At to UTC and milliseconds. What is
// no UTF-8 in its words (a browser may name itself in any bytes) is marked: JSON keeps nothing
// else, and what is read again must have the same hash.
func Next(previous string, n int, e Event) Event {
	e.N, e.Previous, e.At = n+1, previous, instant(e.At)
	for _, words := range []*string{&e.Who, &e.UserAgent, &e.Detail} {
		*words = strings.ToValidUTF8(*words, "\ufffd")
	}
	e.Hash = e.sum()
	return e
}

// Chain ties a list of events, the first to root.
func Chain(root string, events []Event) []Event {
	list := make([]Event, len(events))
	for i, e := range events {
		list[i] = Next(root, i, e)
		root = list[i].Hash
	}
	return list
}

// sum is the event's own hash: over its JSON in the order of the fields above, without
// spaces, with an empty hash.
func (e Event) sum() string {
	e.Hash = ""
	return Sum("comptoir event 1\n" + compact(e))
}

// digest is the hash of everything in the record but itself.
func (r Record) digest() string {
	r.Digest = ""
	return Sum("comptoir record 1\n" + compact(r))
}

// compact is the one form of JSON that is hashed: no spaces, nothing escaped for HTML.
func compact(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "unwritable: " + err.Error() // a number that is none, a year after 9999: no file has these
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// instant is how moments are kept: UTC, milliseconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Close finishes a record: instants in UTC, hashes of the consents, the digest. Its events
// come chained (Next). A record that Check would not pass is refused with its first finding.
func Close(r Record) (Record, error) {
	r.Form, r.Completed, r.Signers = Form, instant(r.Completed), slices.Clone(r.Signers)
	for i := range r.Signers {
		s := &r.Signers[i]
		s.MethodAt, s.SignedAt, s.ConsentSHA256 = instant(s.MethodAt), instant(s.SignedAt), Sum(s.Consent)
		s.UserAgent = strings.ToValidUTF8(s.UserAgent, "\ufffd")
		if !s.SentAt.IsZero() {
			s.SentAt = instant(s.SentAt)
		}
		if s.Drawn != nil {
			if err := CheckDrawing(*s.Drawn); err != nil {
				return Record{}, err
			}
		}
	}
	if r.Events == nil {
		r.Events = []Event{}
	}
	r.Digest = r.digest()
	if found := Check(r); len(found) > 0 {
		return Record{}, fmt.Errorf("evidence: record not sound: %s %d", found[0].What, found[0].N)
	}
	return r, nil
}

// Finding is one thing that is wrong with a record. What is the end of a catalogue key
// (common.seal.found.evidence_…); N the event or signer it is about, 0 for none.
type Finding struct {
	What string `json:"what"`
	N    int    `json:"n,omitempty"`
}

// What Check finds.
const (
	EventChanged   = "event_changed"   // event N does not have the hash it claims
	EventMissing   = "event_missing"   // the event before N was taken out, changed or moved
	EventOrder     = "event_order"     // event N does not stand in its place
	ConsentChanged = "consent_changed" // signer N: the words do not have their hash
	SignerMissing  = "signer_missing"  // event N tells of a signature that is not in the record
	SignerUnproven = "signer_unproven" // signer N without an event that tells of the signature
	OtherDocument  = "other_document"  // event N: signed another document than the record's
	RecordChanged  = "record_changed"  // the digest does not fit
	Incomplete     = "incomplete"      // no signer, no document
)

// Check proves a record by itself: each event in its place and tied to the one before, the
// first to the envelope; consents by their hash; each signature has its event, for this very
// document, after the last beginning; the digest over all. An empty list says that nothing
// was altered since Close.
func Check(r Record) []Finding {
	var found []Finding
	if len(r.Signers) == 0 || len(r.Document.SHA256) != 2*sha256.Size || r.Document.Size <= 0 || r.Document.Pages <= 0 {
		found = append(found, Finding{What: Incomplete})
	}
	found = append(found, CheckEvents(Root(r.Envelope), r.Events)...)
	found = append(found, checkSigners(r)...)
	if r.digest() != r.Digest {
		found = append(found, Finding{What: RecordChanged})
	}
	return found
}

// checkSigners compares the signatures with the events that tell of them.
func checkSigners(r Record) []Finding {
	var found []Finding
	told := map[string]Event{}
	for _, e := range r.Events {
		switch e.Kind {
		case Signed:
			told[e.Signer] = e
		case Restarted:
			clear(told)
		}
	}
	for i, s := range r.Signers {
		if Sum(s.Consent) != s.ConsentSHA256 {
			found = append(found, Finding{ConsentChanged, i + 1})
		}
		switch e, ok := told[s.ID]; {
		case !ok:
			found = append(found, Finding{SignerUnproven, i + 1})
		case e.Document != r.Document.SHA256:
			found = append(found, Finding{OtherDocument, e.N})
		}
		delete(told, s.ID)
	}
	for _, e := range r.Events {
		if x, ok := told[e.Signer]; ok && x.N == e.N && e.Kind == Signed {
			found = append(found, Finding{SignerMissing, e.N})
		}
	}
	return found
}

// CheckEvents proves a chain alone: for a round that is still going on.
func CheckEvents(root string, events []Event) []Finding {
	var found []Finding
	for i, e := range events {
		found = append(found, Follows(root, i, e)...)
		root = e.Hash
	}
	return found
}

// Follows proves one event of a chain that is read piece by piece: previous is the Hash of the one
// before it and n the number of those before it, or Root and 0 for the first. An empty list says
// that it stands in its place, unchanged.
func Follows(previous string, n int, e Event) []Finding {
	var found []Finding
	if e.N != n+1 {
		found = append(found, Finding{EventOrder, e.N})
	}
	if e.sum() != e.Hash {
		found = append(found, Finding{EventChanged, e.N})
	}
	if e.Previous != previous {
		found = append(found, Finding{EventMissing, e.N})
	}
	return found
}

// Marshal writes a record as evidence.json: UTF-8, indented, for people too.
func Marshal(r Record) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return b.Bytes(), nil
}

// Unmarshal reads evidence.json and nothing else: unknown fields, a second value and a size
// above MaxJSON are refused. ErrNewer tells of a form to come.
func Unmarshal(data []byte) (Record, error) {
	if len(data) > MaxJSON {
		return Record{}, fault.New(fault.Invalid, "fault.seal.evidence")
	}
	var form struct {
		Form int `json:"form"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Record{}, fault.New(fault.Invalid, "fault.seal.evidence").With(err)
	}
	if form.Form > Form {
		return Record{}, ErrNewer
	}
	var r Record
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Record{}, fault.New(fault.Invalid, "fault.seal.evidence").With(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Record{}, fault.New(fault.Invalid, "fault.seal.evidence").With(err)
	}
	return r, nil
}
