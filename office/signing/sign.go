package signing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// How a signer was recognised, as the file keeps it.
const (
	ByPassword = "password"
	ByCode     = "mail_code"
	InPerson   = "in_person"       // on the firm's own screen, before one of its people
	ByPhone    = "in_person_phone" // on the signer's phone, by a code on that screen
	AtDesk     = "desk"            // a user of the firm at its own desk
)

// Sign is somebody's signature. Password and Factor, or Code, prove who signs; they are kept
// nowhere.
type Sign struct {
	Key            string
	ContractID     string
	TurnID         string
	Digest         string
	Method         string
	Password       string
	Factor         string // code of the second factor, where the session has one
	Code           string // that came by mail
	Consent        bool
	ConsentVersion string // of the text that was shown
	Language       string // in which it was shown
	TypedName      string
	Drawing        evidence.Drawing // of the pen; empty = the typed name alone
	TimeZone       string           // of the signer's browser, IANA; "" = it did not say
	UserAgent      string
	SessionRef     string // public id
}

// check refuses the form beside its fields.
func (in *Sign) check() error {
	var form fault.Form
	text.Each(text.Line, &in.TypedName, &in.UserAgent, &in.SessionRef, &in.TimeZone)
	form.Need("name", in.TypedName)
	form.MaxLen("name", in.TypedName, nameMost)
	if !in.Consent {
		form.Add("consent", "fault.round.consent")
	}
	if in.drawn() {
		var err error
		if in.Drawing, err = evidence.CleanDrawing(in.Drawing); err != nil && !form.Merge("drawing", err) {
			form.Add("drawing", "fault.seal.drawing")
		}
	}
	switch {
	case in.Method == ByPassword && in.Password == "":
		form.Add("old", "fault.required")
	case in.Method == ByCode && strings.TrimSpace(in.Code) == "":
		form.Add("code", "fault.required")
	}
	if err := form.Err(); err != nil {
		return err
	}
	if in.ConsentVersion != ConsentVersion || in.Language != "fr" && in.Language != "en" {
		return ErrChanged // the words are not those that were shown
	}
	if _, err := time.LoadLocation(in.TimeZone); err != nil || in.TimeZone == "Local" || len(in.TimeZone) > 60 { // Local is the zone of this machine
		in.TimeZone = ""
	}
	if in.UserAgent = cut(in.UserAgent, agentMost); len(in.SessionRef) > 64 {
		in.SessionRef = ""
	}
	return nil
}

func (in *Sign) drawn() bool { return in.Drawing.Path != "" || len(in.Drawing.PNG) > 0 }

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// methods gives the ways in which an actor may sign a turn, the one that is proposed first.
func (a *asking) methods(who actor.Actor, place int) []string {
	t := a.turns[place]
	switch {
	case who.Kind == actor.Staff && t.UserID != nil && *t.UserID == who.ID:
		return []string{AtDesk}
	case who.Kind == actor.Staff && t.UserID == nil:
		return []string{InPerson}
	case who.Beside():
		return []string{ByPhone}
	case who.Kind == actor.Guest:
		return []string{ByCode}
	case who.Kind == actor.Contact && who.Trust >= actor.TrustPassword:
		return []string{ByPassword, ByCode}
	case who.Kind == actor.Contact:
		return []string{ByCode}
	default:
		return nil
	}
}

// Sign takes a signature: of a contact by its password or a code by mail, of a guest by a code, of
// whoever stands before the firm on its screen or on their own phone, of a user at its desk. What
// proves it is kept in the same transaction. The same signature again is the same answer.
func (s *Service) Sign(ctx context.Context, who actor.Actor, in Sign) (d Decided, err error) {
	if err := ownWord(who); err != nil {
		return Decided{}, err
	}
	if err := in.check(); err != nil {
		return Decided{}, err
	}
	var ready bool
	var papers []gen.ContractRoundFilesRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error { // a stale page costs no try of a password
		a, place, err := s.turnOf(ctx, q, s.DB.Now(), who, in.ContractID, in.TurnID)
		if err != nil {
			return err
		}
		papers = a.files
		d, ready, err = a.maySign(who, place, in)
		return err
	}); err != nil || !ready {
		return d, err
	}
	if in.Method == ByPassword {
		if _, err := s.Access.Prove(ctx, who, in.Password, in.Factor); err != nil {
			return Decided{}, s.failed(ctx, who, in, evidence.PasswordBad, err)
		}
	}
	for _, f := range papers { // what is signed is there, and is what the page names: else nothing could be sealed
		if _, err := s.Files.Prove(f.Sha256); err != nil {
			return Decided{}, err
		}
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, in.ContractID, in.TurnID)
		if err != nil {
			return err
		}
		if d, ready, err = a.maySign(who, place, in); err != nil || !ready {
			return err
		}
		var proof proof
		if proof, refused, err = s.prove(ctx, tx, who, a, place, in); err != nil || refused != nil {
			return err
		}
		return audit.Once(ctx, tx, in.Key, "contract.answer", answer{in.TurnID, in.Digest, string(contract.SignedBy)}, &d, func() error {
			d, err = s.sign(ctx, tx, who, a, place, in, proof)
			return err
		})
	})
	if err == nil {
		err = refused
	}
	return d, err
}

// maySign tells whether a signature can be taken now; ready is false where it was given before.
func (a *asking) maySign(who actor.Actor, place int, in Sign) (d Decided, ready bool, err error) {
	if err := a.mayAnswer(who, place, contract.SignedBy, false); err != nil {
		return d, false, err
	}
	if !slices.Contains(a.methods(who, place), in.Method) { // its password was asked for, and its session has come to an end with it
		var form fault.Form
		form.Add("code", "fault.round.method")
		return d, false, form.Err()
	}
	again, err := a.ready(place, in.Digest, contract.SignedBy)
	if err != nil {
		return d, false, err
	}
	if again {
		t := a.turns[place]
		return Decided{State: *t.Decision, At: val(t.DecidedAt), Again: true}, false, nil
	}
	return d, true, nil
}

// proof is what is kept of how a signer was recognised.
type proof struct {
	at         string // when: password typed, code accepted, code read by the phone
	codeSentAt *string
	operatorID *int64
	operator   string
	device     string
}

// prove recognises the signer, inside the transaction: the password was taken before it. refused
// stays in the file with what was tried.
func (s *Service) prove(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, place int, in Sign) (p proof, refused, err error) {
	t := &a.turns[place]
	event := evidence.Event{}
	p.at = tx.Stamp()
	switch in.Method {
	case ByPassword:
		event.Kind = evidence.PasswordOK
		if _, err := tx.SessionOwes(ctx, gen.SessionOwesParams{ID: who.SessionID, ContactID: who.ID}); err != nil { // it ended while the password was looked at
			return p, nil, fault.New(fault.Forbidden, "fault.no_session").With(err)
		}
	case ByCode:
		sentAt, tried, refused, err := s.tryCode(ctx, tx, t, in.Code)
		if err != nil {
			return p, nil, err
		}
		if refused != nil && !tried {
			return p, refused, nil
		}
		if refused != nil {
			return p, refused, a.note(ctx, tx, t, by(who, in.UserAgent, evidence.Event{Kind: evidence.CodeRefused}))
		}
		event.Kind, p.codeSentAt = evidence.CodeAccepted, &sentAt
	case ByPhone:
		if p.at, err = stillHandedOff(ctx, tx, who, a.contract.ID, t.ID); err != nil {
			return p, nil, err
		}
		p.operator = who.Operator
		if who.OperatorID != 0 {
			p.operatorID = &who.OperatorID
		}
	default: // InPerson, AtDesk
		p.operator, p.operatorID, p.device = who.Name, &who.ID, s.Device()
	}
	if event.Kind == "" {
		return p, nil, nil
	}
	return p, nil, a.note(ctx, tx, t, by(who, in.UserAgent, event))
}

// sign writes the signature and what proves it, and the answer with it.
func (s *Service) sign(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, place int, in Sign, p proof) (Decided, error) {
	t := &a.turns[place]
	consent := ConsentOf(in.Language, len(a.files))
	row := gen.InsertContractSignatureParams{TurnID: t.ID, TypedName: in.TypedName, Email: t.EmailNow, ConsentVersion: consent.Version, ConsentText: consent.Text, Language: consent.Language, Method: in.Method, ProvedAt: p.at,
		CodeSentAt: p.codeSentAt, OperatorID: p.operatorID, OperatorName: p.operator, Device: p.device, SessionRef: in.SessionRef, TimeZone: in.TimeZone, Digest: a.round.Digest, SignedAt: tx.Stamp()}
	if who.Kind != actor.Staff { // before the firm's screen nobody has an address to claim
		row.Address, row.UserAgent = who.Address, in.UserAgent
	}
	if in.drawn() {
		b, err := json.Marshal(in.Drawing)
		if err != nil {
			return Decided{}, fmt.Errorf("signing: drawing: %w", err)
		}
		row.Drawing = string(b)
	}
	if err := tx.InsertContractSignature(ctx, row); err != nil {
		return Decided{}, err
	}
	if err := a.note(ctx, tx, t, by(who, in.UserAgent, evidence.Event{Kind: evidence.Consented, Detail: consent.SHA256})); err != nil {
		return Decided{}, err
	}
	if err := endHandOffs(ctx, tx, t.ID); err != nil {
		return Decided{}, err
	}
	return s.decide(ctx, tx, who, a, place, Decide{Digest: in.Digest, UserAgent: in.UserAgent}, contract.SignedBy)
}

// failed notes a password that was wrong; what the person is told stays as it was.
func (s *Service) failed(ctx context.Context, who actor.Actor, in Sign, kind string, cause error) error {
	if !fault.Is(cause, fault.Invalid) {
		return cause
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, in.ContractID, in.TurnID)
		if err != nil || !a.running() {
			return err
		}
		return a.note(ctx, tx, &a.turns[place], by(who, in.UserAgent, evidence.Event{Kind: kind}))
	}); err != nil {
		return err
	}
	return cause
}
