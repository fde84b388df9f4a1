package signing

// The kinds of centre.
const (
	Approval  = "approval"
	Signature = "signature"
)

// Centre is one of the two centres of a contract as the window shows it.
type Centre struct {
	ContractID string        `json:"contractId"`
	Kind       string        `json:"kind"`
	Version    int64         `json:"version"`
	Ordered    bool          `json:"ordered"` // one after the other
	DueOn      string        `json:"dueOn"`
	Message    string        `json:"message"`
	Files      []CentreFile  `json:"files"`
	Parties    []Party       `json:"parties"`
	Round      *Round        `json:"round"`   // the open one, else the last; null before the first
	History    []Round       `json:"history"` // closed before it, newest first
	Sealed     []SealedPaper `json:"sealed"`  // signature: the papers that came of all its rounds
}

// CentreFile is an attachment that may be asked about.
type CentreFile struct {
	ID        string `json:"id"`
	VersionID string `json:"versionId"`
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	MediaType string `json:"mediaType"`
	SHA256    string `json:"sha256"`
	InPortal  bool   `json:"inPortal"`
	Chosen    bool   `json:"chosen"`
	PDF       bool   `json:"pdf"`
}

// Party is who approves or signs.
type Party struct {
	ID       string `json:"id"`
	Type     string `json:"type"` // user, contact, guest
	PersonID string `json:"personId"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Capacity string `json:"capacity"`
	DueOn    string `json:"dueOn"`
	Position int    `json:"position"`
	Blocked  string `json:"blocked"` // "" or why it cannot act: closed (a user), archived, moved, revoked, expired, no_access, area, no_mail
	TurnID   string `json:"turnId"`  // in the open round, "" for none
}

// Round is one asking.
type Round struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	N         int64      `json:"n"`
	State     string     `json:"state"` // open, done, refused, restarted, cancelled
	Ordered   bool       `json:"ordered"`
	Message   string     `json:"message"`
	Digest    string     `json:"digest"`
	StartedBy string     `json:"startedBy"`
	StartedAt string     `json:"startedAt"`
	ClosedAt  string     `json:"closedAt"`
	Waiting   string     `json:"waiting"`   // "approval": its turns come when the round of approval is done
	Sealing   string     `json:"sealing"`   // "", waiting, done, failed
	SealedAt  string     `json:"sealedAt"`  //
	SealFault string     `json:"sealFault"` // key of the text that says why it failed
	Documents []Document `json:"documents"`
	Turns     []Turn     `json:"turns"`
}

// Document is one that a round asks about, in exactly this version.
type Document struct {
	Position        int    `json:"position"`
	FileID          string `json:"fileId"`
	VersionID       string `json:"versionId"`
	Name            string `json:"name"`
	SHA256          string `json:"sha256"`
	Size            int64  `json:"size"`
	MediaType       string `json:"mediaType"`
	Pages           int64  `json:"pages"` // 0 = not counted: only what is signed is
	SealedFileID    string `json:"sealedFileId"`
	SealedVersionID string `json:"sealedVersionId"`
}

// The states of a turn.
const (
	TurnWaiting  = "waiting" // its turn has not come
	TurnAsked    = "asked"
	TurnBlocked  = "blocked" // it would be its turn, and it cannot act
	TurnOff      = "off"     // taken off before it answered
	TurnApproved = "approved"
	TurnSigned   = "signed"
	TurnRefused  = "refused"
	TurnUnasked  = "unasked" // the round closed before it answered
)

// Turn is one party in one round.
type Turn struct {
	ID         string  `json:"id"`
	PartyID    string  `json:"partyId"`
	Type       string  `json:"type"`
	Name       string  `json:"name"`
	Email      string  `json:"email"`
	Capacity   string  `json:"capacity"`
	DueOn      string  `json:"dueOn"`
	State      string  `json:"state"`
	Blocked    string  `json:"blocked"`
	Late       bool    `json:"late"`
	Mine       bool    `json:"mine"` // of the user who looks
	ToldAt     string  `json:"toldAt"`
	OpenedAt   string  `json:"openedAt"`
	RemindedAt string  `json:"remindedAt"`
	Reminders  int64   `json:"reminders"`
	DecidedAt  string  `json:"decidedAt"`
	Reason     string  `json:"reason"`
	Signature  *Signed `json:"signature"`
}

// Signed is a signature with what proves it.
type Signed struct {
	TypedName      string `json:"typedName"`
	Drawing        *Drawn `json:"drawing"` // nil: the typed name alone
	Email          string `json:"email"`
	Method         string `json:"method"` // password, mail_code, in_person, in_person_phone, desk
	ProvedAt       string `json:"provedAt"`
	CodeSentAt     string `json:"codeSentAt"`
	SignedAt       string `json:"signedAt"`
	Address        string `json:"address"`
	UserAgent      string `json:"userAgent"`
	Operator       string `json:"operator"`
	Device         string `json:"device"`
	TimeZone       string `json:"timeZone"`
	Digest         string `json:"digest"`
	Consent        string `json:"consent"`
	ConsentVersion string `json:"consentVersion"`
	Language       string `json:"language"`
}

// Drawn is what a pen drew: the path of an SVG in a box, or a picture.
type Drawn struct {
	Path   string `json:"path"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
	PNG    string `json:"png"` // base64
}

// SealedPaper is a signed and sealed paper.
type SealedPaper struct {
	FileID    string `json:"fileId"`
	VersionID string `json:"versionId"`
	Name      string `json:"name"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	SealedAt  string `json:"sealedAt"`
	RoundID   string `json:"roundId"`
}

// PortalRound is what a visitor of the portal sees of a round, and may do in it now.
type PortalRound struct {
	ContractID  string
	RoundID     string
	Kind        string
	State       string
	TurnID      string
	Digest      string
	Message     string
	DueOn       string
	Late        bool
	MyName      string
	MyState     string // as Turn.State
	MyDecidedAt string
	MyReason    string
	MayApprove  bool
	MayRefuse   bool
	MaySign     bool
	Why         string // why it may do none of these: waiting_turn, approval_first, closed, decided, stand_in; "" = it may
	Documents   []PortalDocument
	Sealed      []PortalDocument // the sealed papers that came of it
	People      []PortalPerson
	Methods     []string // how it may sign: password, mail_code, in_person_phone; the first is proposed
	NeedsFactor bool     // the password goes with a code of the second factor
	Operator    string   // who stands beside, on a phone by hand-off
	Consent     Consent
	CodeTo      string // masked address to which a code went that still counts
	CodeUntil   string
}

// PortalDocument is a document that a visitor reads (OpenDocument).
type PortalDocument struct {
	VersionID string
	Name      string
	Size      int64
	MediaType string
	Pages     int64
	SHA256    string
}

// PortalPerson is one of those who are asked, as the others see them.
type PortalPerson struct {
	Name      string
	Capacity  string
	State     string
	Me        bool
	DecidedAt string
}

// Consent is the text that a signer accepts.
type Consent struct {
	Version  string `json:"version"`
	Language string `json:"language"`
	Text     string `json:"text"`
	SHA256   string `json:"sha256"`
}
