// Package evidence is what a firm keeps to prove an electronic signature: who signed which
// document, when, and how that person was recognised (facts/rules-france, 8; C. civ. 1366 and
// 1367; eIDAS, art. 25).
//
// What lives here: the record of one completed round, its form as JSON, the chain of hashes
// that holds its events together, and the pure functions that prove it. What must not: the
// file, drawing (edge/paper), the seal itself (edge/seal), the clock. Called by the room of
// contracts, which writes events as they happen and closes the record; by edge/paper, which
// draws the certificat de signature; by edge/seal, which embeds the record and verifies it.
package evidence

import "time"

// Form is the version of the record's form. A reader that meets a greater one says so.
const Form = 1

// Record is all that is known of one completed round. Instants are UTC to the millisecond,
// hashes lower-case hexadecimal SHA-256. Make one with Close; prove one with Check.
type Record struct {
	Form      int       `json:"form"`
	Envelope  string    `json:"envelope"` // public id of the round
	Contract  Contract  `json:"contract"`
	Firm      Firm      `json:"firm"`
	Program   string    `json:"program"` // version of the program
	Texts     string    `json:"texts"`   // version of the consent text
	Lang      string    `json:"lang"`    // of the certificate: fr or en
	Zone      string    `json:"zone"`    // the firm's, IANA: Europe/Paris
	Document  Document  `json:"document"`
	Signers   []Signer  `json:"signers"`
	Events    []Event   `json:"events"`
	Completed time.Time `json:"completed"` // by the firm's own clock
	Digest    string    `json:"digest"`    // of all of the above, see Close
}

// Contract names what the document belongs to.
type Contract struct {
	Number string `json:"number"`
	Title  string `json:"title"`
}

// Firm is whose seal it is.
type Firm struct {
	Name        string   `json:"name"`
	Country     string   `json:"country"`               // ISO 3166: whose law the certificate names
	Identifiers []string `json:"identifiers,omitempty"` // as printed: "SIREN 100 000 009"
}

// Document is the file that was signed, byte for byte.
type Document struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // bytes
	Pages  int    `json:"pages"`
}

// Method says how a signer was recognised.
type Method string

// The ways to recognise a signer.
const (
	Password Method = "password"  // signed in, and typed the password again
	Code     Method = "code"      // a one-time code sent by e-mail
	InPerson Method = "in_person" // on the firm's own screen, before an operator
	Desk     Method = "desk"      // a user of the firm, in its own program
	Phone    Method = "phone"     // on the signer's own telephone, by a code to scan, good for once
)

// Signer is one signature. What does not apply is left empty: in person there is no address
// of a network to claim, so IP stays "".
type Signer struct {
	ID       string    `json:"id"` // public id of the participant
	Name     string    `json:"name"`
	Role     string    `json:"role"` // "Gérante", or what the firm calls it
	Email    string    `json:"email"`
	Phone    string    `json:"phone,omitempty"`
	Method   Method    `json:"method"`
	MethodAt time.Time `json:"method_at"`          // password typed, code accepted, code scanned
	SentAt   time.Time `json:"sent_at,omitzero"`   // when the one-time code left
	Operator string    `json:"operator,omitempty"` // in person and phone: who of the firm was there
	Device   string    `json:"device,omitempty"`   // in person: the firm's machine
	SignedAt time.Time `json:"signed_at"`

	IP        string `json:"ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"`
	Session   string `json:"session"` // public id
	Lang      string `json:"lang"`
	Zone      string `json:"zone,omitempty"` // of the signer's browser, where it said so

	Consent       string   `json:"consent"` // the words as shown
	ConsentSHA256 string   `json:"consent_sha256"`
	Typed         string   `json:"typed,omitempty"` // the name as typed
	Drawn         *Drawing `json:"drawn,omitempty"`
}

// Drawing is a signature drawn by hand: one of Path and PNG, see CheckDrawing.
type Drawing struct {
	Path   string  `json:"path,omitempty"` // SVG path data: M, L, Q, C, Z, absolute or relative
	Width  float64 `json:"width,omitempty"`
	Height float64 `json:"height,omitempty"` // the box that the path was drawn in
	PNG    []byte  `json:"png,omitempty"`
}

// Event is one thing that happened, tied to the one before it. Make one with Next.
type Event struct {
	N         int       `json:"n"` // from 1
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Who       string    `json:"who"`                // name of the person, or of the program
	Signer    string    `json:"signer,omitempty"`   // id of the participant it is about
	Document  string    `json:"document,omitempty"` // SHA-256 of the document it is about; signed: required
	IP        string    `json:"ip,omitempty"`
	UserAgent string    `json:"user_agent,omitempty"`
	Source    string    `json:"source"` // where it was observed: portal, window, outbox
	Detail    string    `json:"detail,omitempty"`
	Previous  string    `json:"previous"` // hash of the event before, or Root
	Hash      string    `json:"hash"`
}

// What can happen in a round. Others may be kept too; these have words on the certificate.
const (
	Created      = "created"
	Sent         = "sent"
	Reminded     = "reminded"
	Opened       = "opened"
	Consented    = "consented"
	CodeSent     = "code_sent"
	CodeAccepted = "code_accepted"
	CodeRefused  = "code_refused"
	PasswordOK   = "password_accepted"
	PasswordBad  = "password_refused"
	Shown        = "shown"   // the code to scan was shown on the firm's screen
	Scanned      = "scanned" // and opened on the signer's telephone
	Signed       = "signed"
	Restarted    = "restarted" // the document changed: earlier signatures are void
	Completed    = "completed"
)
