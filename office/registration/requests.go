package registration

import (
	"time"

	"comptoir/core/fault"
)

// A request for access (spec/access, Registration): five steps that a visitor fills in under an
// unguessable reference, until the firm decides (desk.go). What lives in the requests*.go files
// ends where the request is sent. Nothing is looked up by what a stranger types, so that no
// answer depends on what the file holds.

// The states of a request.
const (
	Draft     = "draft"
	Sent      = "sent"
	Asked     = "asked" // the firm wants more; the visitor may change it and send it again
	Approved  = "approved"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// Step is one of the five.
type Step string

// The steps in order.
const (
	StepTerms     Step = "terms"
	StepContact   Step = "contact"
	StepCompany   Step = "company"
	StepQuestions Step = "questions"
	StepStatus    Step = "status"
)

// Steps lists them in order.
func Steps() []Step { return []Step{StepTerms, StepContact, StepCompany, StepQuestions, StepStatus} }

// How long a request that was not sent is kept, and how many may be open.
const (
	UnprovedLife = 48 * time.Hour      // until a mailbox is proved
	RequestLife  = 30 * 24 * time.Hour // from then on
	draftsMost   = 2000
	roundsMost   = 20 // codes of one request: nobody writes to the whole world from one form
)

// The refusals of a request.
var (
	ErrNoRequest  = fault.New(fault.NotFound, "fault.register.none")       // nothing was begun here, or long ago
	ErrSettled    = fault.New(fault.Conflict, "fault.register.settled")    // it was sent, decided or withdrawn
	ErrIncomplete = fault.New(fault.Conflict, "fault.register.incomplete") // something is missing before it can be sent
)

// RequestForm is what was typed and checked, without secrets: access_requests.form.
type RequestForm struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Language string `json:"language"` // fr, en
	UserName string `json:"userName"` // wished; "" = the e-mail address
	Company  string `json:"company"`
	TaxID    string `json:"taxId"` // as the group's format writes it
	Line1    string `json:"line1"`
	Line2    string `json:"line2"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Region   string `json:"region"`
	Country  string `json:"country"`
	Reply    string `json:"reply"` // to what the firm asked for
}

// Question is one of the group's own, in one language.
type Question struct {
	ID        string   `json:"id"`   // public id
	Kind      string   `json:"kind"` // text, choice, yes_no
	Label     string   `json:"label"`
	Choices   []string `json:"choices"`
	Mandatory bool     `json:"mandatory"`
	Answer    string   `json:"answer"` // text; the choice in the visitor's language; yes, no; "" = none
}

// Missing is something that a request lacks before it can be sent.
type Missing struct {
	Step Step   `json:"step"`
	Key  string `json:"key"` // of the catalogue: portal.register.missing.*
}

// Request is a request with its group's words in the visitor's language, for the portal.
type Request struct {
	PublicID    string
	GroupID     string // public id
	Group       string // its name
	State       string
	Form        RequestForm
	Message     string // the group's, at the head of the step, Markdown; "" = none
	EmailProved bool
	CodeUntil   time.Time // the code counts until then; zero: none was mailed
	CodeTries   int       // that are left
	Terms       Terms
	Questions   []Question
	Missing     []Missing
	Format      Format
	HelpURL     string // Lien d'aide courriel, "" = none
	Free        bool   // the group takes anybody whose mailbox is proved
	SentAt      string
	DecidedAt   string
	Words       string // of the firm: what is missing, or why not
	Version     int64
}

// Editable tells whether the visitor may change the request.
func (r Request) Editable() bool { return r.State == Draft || r.State == Asked }

// Terms are the group's terms in their newest version, and which of them was accepted.
type Terms struct {
	Version    int64  // 0 = the group has none
	Words      string // Markdown, in the visitor's language
	Accepted   bool   // this version
	AcceptedAt string
}

// Format is how the group wants the tax number written.
type Format struct{ Preset, Pattern, Example string }
