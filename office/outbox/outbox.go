// Package outbox keeps what is to be sent and done after a commit: mails and jobs.
//
// What lives here: queueing inside the causing transaction, the worker that delivers and
// runs, the use cases of the window's Courrier and of the mail settings. What must not:
// the making of a message and SMTP (edge/mail), the reasons why a mail is sent (the room
// that queues it). QueueMail and QueueJob are called by every office room inside its own
// transaction; Service and Worker are made by app.New.
package outbox

import (
	"context"
	"log/slog"
	"time"

	"comptoir/core/id"
	"comptoir/db"
)

// Address is a person's name beside an address of mail.
type Address struct {
	Name    string
	Address string
}

// Paper is a file that goes with a mail.
type Paper struct {
	Name      string // FA-2026-0001.pdf
	MediaType string
	Content   []byte
}

// Firm is what a mail shows of the sender.
type Firm struct {
	Name         string
	Lines        []string // postal address
	Accent       string   // #RRGGBB
	SupportEmail string
	SupportPhone string
	SupportHours string
	Website      string
	Logo         Paper // no content = none
}

// Letter is everything that one message is made of. The same row gives the same Letter as
// long as the firm's own data did not change.
type Letter struct {
	Kind      Kind
	Lang      string
	MessageID string    // with its angle brackets
	Date      time.Time // when it was queued, in the firm's time zone
	From      Address
	ReplyTo   string
	To        Address
	Args      map[string]string
	Link      string // whole address of the portal link, "" = none
	Portal    string // whole address of the portal, "" = it is closed
	Firm      Firm
	Signature string // the firm's own, Markdown; "" = the usual one
	Papers    []Paper
}

// Message is a Letter made ready to be sent.
type Message struct {
	Subject string
	Text    string
	HTML    string // a whole page that needs nothing from outside: the logo is inside
	EML     []byte
	Papers  []PaperView
}

// PaperView names an attachment in the window.
type PaperView struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Size      int64  `json:"size"`
}

// Composer makes messages; edge/mail behind it. It must be deterministic.
type Composer interface {
	Subject(l Letter) string
	Compose(l Letter) (Message, error)
}

// Server is how to reach the mail server.
type Server struct {
	Host        string
	Port        int
	Security    string // tls, starttls, plain
	PlainAgreed bool   // the owner accepts plain to a host that is not this machine
	Auth        string // none, plain, login
	UserName    string
	Password    string
}

// Step is one step of a connection, as *Tester* shows it.
type Step struct {
	Name   string `json:"name"` // connect, tls, authenticate, send: mail.step.<name>
	OK     bool   `json:"ok"`
	Answer string `json:"answer"` // as it is stored: ReplyOf reads it
	Advice string `json:"advice"` // key of a text, "" = none
}

// Carrier opens connections to a mail server; edge/mail behind it. report may be nil.
type Carrier interface {
	Open(ctx context.Context, s Server, report func(Step)) (Connection, error)
}

// Connection delivers messages one after the other. After an error that is not an Answer
// it is of no more use. The error's Text is what people read.
type Connection interface {
	Send(ctx context.Context, from, to string, eml []byte) (answer string, err error)
	Close() error
}

// Answer is a failure to deliver that was understood: by the server's words, or by ours.
type Answer struct {
	Text      string // the server's answer, or "mail.answer.<key>" and after a line break what was behind it
	Advice    string // key of a text for the window, "" = none
	Permanent bool   // 5xx: trying again is of no use
	Line      bool   // about the server or the account, not about this mail: nothing else would go either
	Broken    bool   // the connection is of no more use
	Err       error
}

func (a *Answer) Error() string { return a.Text }

// Unwrap gives the cause.
func (a *Answer) Unwrap() error { return a.Err }

// Sources is what a mail needs of other rooms; app.New passes it in. A nil function means
// that there is none of it.
type Sources struct {
	// Link gives the whole address of a portal link (portal_links.id); "" while the portal is closed.
	Link func(ctx context.Context, linkID int64) (string, error)
	// Portal gives the whole address of the portal; "" while it is closed.
	Portal func() string
	// DocumentPDF gives the filed paper of a document, or makes it. ErrNotReady: ask again soon.
	DocumentPDF func(ctx context.Context, documentID int64) (Paper, error)
	// ReceiptPDF gives the receipt of a payment.
	ReceiptPDF func(ctx context.Context, paymentID int64) (Paper, error)
	// RefundPDF gives the confirmation of a refund.
	RefundPDF func(ctx context.Context, refundID int64) (Paper, error)
	// Charged tells of an invoice that is charged by itself on which day ("" = none is) and to
	// which method.
	Charged func(ctx context.Context, documentID int64, lang string) (on, method string, err error)
	// Reminder gives what a reminder that waited says now: its Args, with other figures where
	// some of the debt was settled meanwhile; nil when nothing in it is to be reminded of any more.
	Reminder func(ctx context.Context, m Mail) (args map[string]string, err error)
	// DocumentFiles gives the files that the firm put beside a document to go with its mail.
	DocumentFiles func(ctx context.Context, documentID int64) ([]Paper, error)
	// StatementPDF gives the statement of a run, drawn when its mail first leaves and the same
	// ever after.
	StatementPDF func(ctx context.Context, run string) (Paper, error)
	// SignupCode gives the code of a registration's round: it is derived, never stored.
	SignupCode func(registration, round string) string
	// RequestToken gives the reference of a request for access, of which the link to it is made.
	RequestToken func(request string) string
	// EmailCode gives the code that proves another address of a contact, likewise.
	EmailCode func(change, round string) string
	// ContractCode gives the code with which one signs a contract, likewise.
	ContractCode func(codeOf, round string) string
	// GuestToken gives the token of the link of an outside person (public id) to its contract.
	GuestToken func(guest string) string
	// UserLink gives the token of a link to one of the firm's users (public id), and the link
	// where the desk can be reached by one.
	UserLink func(link, what string) (token, url string)
	// File gives the content of a stored file: the firm's logo.
	File func(ctx context.Context, sha256 string) ([]byte, error)
}

// Vault keeps passwords: in the keyring of the system, else sealed; edge/keys behind it.
// What Keep returns is stored and opens nothing by itself.
type Vault interface {
	Keep(name, secret string) (sealed []byte, err error)
	Reveal(name string, sealed []byte) (secret string, err error)
	Forget(name string, sealed []byte)
}

// Practice is the mail server inside the program that the demo company delivers to, and
// nothing else; edge/mail/sink behind it.
type Practice interface {
	Server() Server
	Arrived() []Arrival
	Open(id string) (ArrivedMail, error)
}

// Arrival is a mail in the practice box.
type Arrival struct {
	ID        string `json:"id"`
	At        string `json:"at"`
	From      string `json:"from"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	MessageID string `json:"messageId"`
	Size      int64  `json:"size"`
}

// ArrivedMail is one of them, opened.
type ArrivedMail struct {
	Arrival
	Text   string      `json:"text"`
	HTML   string      `json:"html"`
	Papers []PaperView `json:"papers"`
	EML    []byte      `json:"-"`
}

// Config is what the room needs. Practice, Jitter, Log and Changed may be nil.
type Config struct {
	DB       *db.DB
	IDs      id.Source
	Composer Composer
	Carrier  Carrier
	Sources  Sources
	Vault    Vault
	Practice Practice
	Jitter   func() float64 // in [0,1); nil: none
	Log      *slog.Logger
	Changed  func() // mails changed their state: the window should look again
}

func (c Config) withDefaults() Config {
	if c.Jitter == nil {
		c.Jitter = func() float64 { return 0.5 }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return c
}
