package app

import (
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/edge/portal"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// Signing is bound to the window: the centres of approval and signature of contracts.
type Signing struct{ desk *desk }

// RoundLook is what the firm is told before a round begins.
type RoundLook struct {
	Problems       []string `json:"problems"`       // sentences: it cannot begin
	Warnings       []string `json:"warnings"`       // sentences: it can, and this is so
	BecomesVisible bool     `json:"becomesVisible"` // the contract will be seen in the portal
	Tells          []string `json:"tells"`          // names of those who are written to now
	Later          []string `json:"later"`          // and of those whose turn comes later
	HiddenFiles    []string `json:"hiddenFiles"`    // documents that those who are asked will read though they are hidden
	Waits          bool     `json:"waits"`          // the approval comes first
}

// TurnAct is an answer to a turn: a user's own, or the refusal of who stands before the window.
type TurnAct struct {
	TurnID string `json:"turnId"`
	Digest string `json:"digest"`
	Reason string `json:"reason"` // of a refusal
}

// SignForm is a signature given at the window: a user's own, or that of who stands before it.
type SignForm struct {
	TurnID         string     `json:"turnId"`
	Digest         string     `json:"digest"`
	Method         string     `json:"method"` // desk, in_person
	Consent        bool       `json:"consent"`
	ConsentVersion string     `json:"consentVersion"`
	Language       string     `json:"language"`
	TypedName      string     `json:"typedName"`
	Drawing        PenDrawing `json:"drawing"` // no path: the typed name alone
	TimeZone       string     `json:"timeZone"`
}

// PenDrawing is a signature drawn at the window: the path of an SVG in a box.
type PenDrawing struct {
	Path   string `json:"path"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
}

// SignLook is what the signing screen shows.
type SignLook struct {
	Turn     signing.Turn      `json:"turn"`
	Round    signing.Round     `json:"round"`
	Consents []signing.Consent `json:"consents"` // in French and English
	Language string            `json:"language"` // of who signs: fr or en
	Operator string            `json:"operator"`
	Device   string            `json:"device"`
}

// HandOffView is a code on the screen that opens one turn, or a whole contract, on a phone.
type HandOffView struct {
	ID    string `json:"id"`
	QR    string `json:"qr"` // SVG of the code; only when it was just made
	State string `json:"state"`
	Until string `json:"until"`
}

// EvidenceView is the chain of evidence of a round.
type EvidenceView struct {
	Round     signing.Round        `json:"round"`
	Sound     bool                 `json:"sound"`
	Findings  []string             `json:"findings"` // sentences
	Events    []signing.ProofEvent `json:"events"`
	Documents []signing.ProofHead  `json:"documents"`
}

// Centre gives one centre of a contract: kind is approval or signature.
func (s *Signing) Centre(contractID, kind string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.Centre(s.desk.ctx, who, contractID, kind)
}

// SaveCentre sets a centre up for its next round.
func (s *Signing) SaveCentre(in signing.CentreForm) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.SaveCentre(s.desk.ctx, who, in)
}

// Candidates lists who may be chosen without being invited.
func (s *Signing) Candidates(contractID string) ([]signing.Candidate, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Signing.Candidates(s.desk.ctx, who, contractID)
}

// AddParty adds somebody at the end.
func (s *Signing) AddParty(in signing.PartyForm, key string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.AddParty(s.desk.ctx, who, key, in)
}

// ChangeParty says in which capacity somebody acts, and until when.
func (s *Signing) ChangeParty(in signing.PartyChange) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.ChangeParty(s.desk.ctx, who, in)
}

// OrderParties puts all parties of a centre in an order.
func (s *Signing) OrderParties(contractID, kind string, ids []string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.OrderParties(s.desk.ctx, who, contractID, kind, ids)
}

// RemoveParty takes somebody off; restart agrees that a round in which it had answered begins again.
func (s *Signing) RemoveParty(id string, restart bool) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.RemoveParty(s.desk.ctx, who, id, restart)
}

// ReplaceParty puts somebody else in a party's place.
func (s *Signing) ReplaceParty(id string, in signing.PartyForm, key string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.ReplaceParty(s.desk.ctx, who, key, id, in)
}

// StartLook tells what beginning a round would do.
func (s *Signing) StartLook(contractID, kind string) (RoundLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RoundLook{}, err
	}
	l, err := h.Signing.Look(s.desk.ctx, who, contractID, kind)
	return RoundLook{Problems: s.sentences(l.Problems), Warnings: s.sentences(l.Warnings), BecomesVisible: l.BecomesVisible, Tells: filled(l.Tells), Later: filled(l.Later), HiddenFiles: filled(l.HiddenFiles), Waits: l.Waits}, err
}

func (s *Signing) sentences(list []signing.Problem) []string {
	words := make([]string, 0, len(list))
	for _, p := range list {
		words = append(words, s.desk.t(p.Key, p.Args))
	}
	return words
}

// filled is never nil.
func filled(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Start begins a round.
func (s *Signing) Start(in signing.StartForm, key string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.Start(s.desk.ctx, who, key, in)
}

// CancelRound gives an open round up.
func (s *Signing) CancelRound(roundID, key string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.CancelRound(s.desk.ctx, who, key, roundID)
}

// RemindTurn writes to one person again.
func (s *Signing) RemindTurn(turnID, key string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.RemindTurn(s.desk.ctx, who, key, turnID)
}

// RetrySeal asks for the sealed papers of a round again.
func (s *Signing) RetrySeal(roundID string) (signing.Centre, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Centre{}, err
	}
	return h.Signing.RetrySeal(s.desk.ctx, who, roundID)
}

// Approve answers yes to the user's own turn.
func (s *Signing) Approve(in TurnAct, key string) (signing.Decided, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Decided{}, err
	}
	return h.Signing.Approve(s.desk.ctx, who, signing.Decide{Key: key, TurnID: in.TurnID, Digest: in.Digest})
}

// Refuse answers no to the user's own turn, with a reason.
func (s *Signing) Refuse(in TurnAct, key string) (signing.Decided, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Decided{}, err
	}
	return h.Signing.Refuse(s.desk.ctx, who, signing.Decide{Key: key, TurnID: in.TurnID, Digest: in.Digest, Reason: in.Reason})
}

// RefuseHere takes the refusal of a signatory who stands before the window, with a reason.
func (s *Signing) RefuseHere(in TurnAct, key string) (signing.Decided, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Decided{}, err
	}
	return h.Signing.Refuse(s.desk.ctx, who, signing.Decide{Key: key, TurnID: in.TurnID, Digest: in.Digest, Reason: in.Reason, Here: true})
}

// SignLook gives what the signing screen shows of a turn.
func (s *Signing) SignLook(turnID string) (SignLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SignLook{}, err
	}
	round, place, lang, err := h.Signing.TurnLook(s.desk.ctx, who, turnID)
	if err != nil {
		return SignLook{}, err
	}
	return SignLook{Turn: round.Turns[place], Round: round, Language: lang, Operator: who.Name, Device: h.Signing.Device(),
		Consents: []signing.Consent{signing.ConsentOf(locale.FR, len(round.Documents)), signing.ConsentOf(locale.EN, len(round.Documents))}}, nil
}

// SignHere takes a signature at the window.
func (s *Signing) SignHere(in SignForm, key string) (signing.Decided, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return signing.Decided{}, err
	}
	return h.Signing.Sign(s.desk.ctx, who, signing.Sign{Key: key, TurnID: in.TurnID, Digest: in.Digest, Method: in.Method, Consent: in.Consent, ConsentVersion: in.ConsentVersion, Language: in.Language,
		TypedName: in.TypedName, Drawing: evidence.Drawing{Path: in.Drawing.Path, Width: float64(in.Drawing.Width), Height: float64(in.Drawing.Height)}, TimeZone: in.TimeZone})
}

// HandOff makes the code that opens a turn on the phone of who stands before the screen.
func (s *Signing) HandOff(turnID string) (HandOffView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HandOffView{}, err
	}
	return h.handOff(func() (signing.HandOff, error) { return h.Signing.MakeHandOff(s.desk.ctx, who, turnID) })
}

// ShowContract makes the code that shows a whole contract to one of its customer's contacts.
func (s *Signing) ShowContract(contractID, contactID string) (HandOffView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HandOffView{}, err
	}
	return h.handOff(func() (signing.HandOff, error) {
		return h.Signing.ShowContract(s.desk.ctx, who, contractID, contactID)
	})
}

// handOff makes a code and draws it, where the portal is on.
func (h *House) handOff(make func() (signing.HandOff, error)) (HandOffView, error) {
	base := h.portal.base()
	if base == "" {
		return HandOffView{}, fault.New(fault.Conflict, "fault.portal_off")
	}
	made, err := make()
	if err != nil {
		return HandOffView{}, err
	}
	svg, err := portal.QR(base + made.Path)
	return HandOffView{ID: made.ID, QR: svg, State: made.State, Until: made.Until}, err
}

// HandOffState tells how a hand-off stands.
func (s *Signing) HandOffState(id string) (HandOffView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HandOffView{}, err
	}
	made, err := h.Signing.HandOffState(s.desk.ctx, who, id)
	return HandOffView{ID: made.ID, State: made.State, Until: made.Until}, err
}

// EndHandOff takes a hand-off back at once.
func (s *Signing) EndHandOff(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Signing.EndHandOff(s.desk.ctx, who, id)
}

// Evidence gives what was kept of a round, proved.
func (s *Signing) Evidence(roundID string) (EvidenceView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return EvidenceView{}, err
	}
	p, err := h.Signing.Evidence(s.desk.ctx, who, roundID)
	return EvidenceView{Round: p.Round, Sound: p.Sound, Findings: filled(p.Findings), Events: p.Events, Documents: p.Heads}, err
}

// VerifyPaper verifies a sealed paper of a contract.
func (s *Signing) VerifyPaper(versionID string) (VerifyView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return VerifyView{}, err
	}
	v, err := h.Signing.VerifyPaper(s.desk.ctx, who, versionID)
	if err != nil {
		return VerifyView{}, err
	}
	return verifyView(v), nil
}
